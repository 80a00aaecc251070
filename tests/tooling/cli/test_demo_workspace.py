"""masthead demo-workspace: how the other commands find it, what it refuses, and that it leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

import masthead
from masthead.cli.main import main
from masthead.content.project import Project
from masthead.workspace.connect import DEMO_FILE, connect

CATALOG = {
    "catalog/tables/GateLog_CL.yaml": "name: GateLog_CL\ndescription: Log.\ncolumns: {TimeGenerated: datetime}\n",
    "catalog/tables/GateAlarm_CL.yaml": "name: GateAlarm_CL\ndescription: Log.\ncolumns: {TimeGenerated: datetime}\n",
    "tests/stand_in/__init__.py": "raise SystemExit('the project at hand was run')\n",
    "detections/.keep": "",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, text in CATALOG.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def started(root: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "masthead.cli.main", "demo-workspace", *arguments]
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    until = time.monotonic() + 60
    while not (root / DEMO_FILE).exists() or not (root / DEMO_FILE).read_text(encoding="utf-8").endswith("}"):
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < until, "the demo workspace does not start"
        time.sleep(0.05)
    return process


def stop(process: subprocess.Popen[str], how: signal.Signals) -> str:
    process.send_signal(how)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    return said


def fails(capsys, *arguments: str) -> str:
    with pytest.raises(SystemExit) as caught:
        main(["demo-workspace", *arguments])
    assert caught.value.code == 2
    return capsys.readouterr().err


def test_the_other_commands_reach_it_until_it_is_stopped(root):
    process = started(root, "--without", "GateAlarm_CL", "--basic", "GateLog_CL")
    file = root / DEMO_FILE
    assert file.stat().st_mode & 0o077 == 0
    written = json.loads(file.read_text(encoding="utf-8"))
    assert written["pid"] == process.pid
    session = connect(Project.load(root), "demo")
    tables = session.log_analytics.tables.list_by_workspace(*session.scope)
    assert [(each.name, each.plan) for each in tables] == [("GateLog_CL", "Basic")]
    said = stop(process, signal.SIGINT)
    assert not file.exists()
    assert f"at {session.endpoints.resource_manager}, until Ctrl-C" in said
    assert "masthead preflight demo" in said
    assert written["client_secret"] not in said


def test_what_was_done_is_there_the_next_time(root):
    keep = ("--keep", "kept.json")
    process = started(root, *keep)
    session = connect(Project.load(root), "demo")
    search = {"properties": {"category": "Team", "displayName": "Ours", "query": "GateLog_CL"}}
    session.log_analytics.saved_searches.create_or_update(*session.scope, "ours", search)
    stop(process, signal.SIGTERM)
    process = started(root, *keep)
    session = connect(Project.load(root), "demo")
    assert session.log_analytics.saved_searches.get(*session.scope, "ours").display_name == "Ours"
    stop(process, signal.SIGTERM)


def test_a_second_one_is_refused(root, monkeypatch, capsys):
    (root / DEMO_FILE).parent.mkdir()
    (root / DEMO_FILE).write_text(json.dumps({"pid": os.getpid()}), encoding="utf-8")
    monkeypatch.chdir(root)
    assert f"runs already, as process {os.getpid()}" in fails(capsys)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--without", "NoSuchTable"], 'knows no table and no recording "NoSuchTable"'),
        (["--recordings", "no/such"], 'knows no table and no recording "no/such"'),
        (["--keep", "broken.json"], "broken.json holds no demo workspace"),
    ],
)
def test_what_does_not_exist_is_refused(root, monkeypatch, capsys, arguments, said):
    (root / "broken.json").write_text("{", encoding="utf-8")
    monkeypatch.chdir(root)
    assert said in " ".join(fails(capsys, *arguments).split())
    assert not (root / DEMO_FILE).exists()


def test_a_port_that_is_taken_is_refused(root, monkeypatch, capsys):
    monkeypatch.chdir(root)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"port {port}: address already in use" in " ".join(fails(capsys, "--port", str(port)).split())


def test_without_a_clone_it_says_so(root, monkeypatch, capsys):
    installed = root / "lib" / "site-packages" / "masthead" / "__init__.py"
    monkeypatch.setattr(masthead, "__file__", str(installed))
    monkeypatch.chdir(root)
    assert "Clone Masthead's repository" in fails(capsys)
