"""`masthead pull`: what it prints and writes, and when it writes nothing."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from tooling.workspace.stage import FOREIGN, Stage, staged

from masthead.cli.pull import command
from masthead.workspace.errors import WorkspaceError

RULE = "detections/sign-in/foreign.yaml"


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with staged(tmp_path, populated=False) as stage:
        stage.deploy()
        stage.stand_in.portal.change("alertRules", FOREIGN, severity="Low")
        monkeypatch.chdir(stage.root)
        monkeypatch.setattr("masthead.workspace.connect.connect", lambda project, name: stage.session())
        yield stage


def commit(root: Path) -> None:
    for arguments in (["init"], ["add", "."], ["commit", "-m", "first"]):
        settings = ["-c", "user.name=a", "-c", "user.email=a@contoso.example", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", "-C", str(root), *settings, *arguments], check=True, capture_output=True)


def test_a_change_is_written_and_told(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    commit(stage.root)
    assert command("soc") == 0
    assert "\nseverity: Low\n" in (stage.root / RULE).read_text(encoding="utf-8")
    assert capsys.readouterr().out.splitlines() == [
        f"{RULE}: changed: severity",
        "1 resource in 1 file written, 7 as the content or the last deployment has them, 0 left",
    ]


def test_what_git_does_not_have_is_not_overwritten(stage: Stage) -> None:
    commit(stage.root)
    stage.edit(RULE, "queryPeriod: 1d", "queryPeriod: 2d")
    before = (stage.root / RULE).read_bytes()
    with pytest.raises(WorkspaceError, match=f"git could not give back {RULE}"):
        command("soc", ["detections"])
    assert (stage.root / RULE).read_bytes() == before
    assert command("soc", ["detections"], force=True) == 0
    assert (stage.root / RULE).read_bytes() != before


def test_a_dry_run_shows_a_diff_that_git_takes(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.remove("hunting/sign-in/rare.yaml")
    commit(stage.root)
    assert command("soc", ["detections", "hunting"], dry_run=True) == 0
    out, err = capsys.readouterr()
    assert err.splitlines()[0] == f"{RULE}: would be changed: severity"
    patch = stage.root / "pull.diff"
    patch.write_text(out, encoding="utf-8")
    subprocess.run(["git", "-C", str(stage.root), "apply", patch.name], check=True)
    patch.unlink()
    applied = {path: path.read_bytes() for path in stage.root.rglob("*.yaml")}
    assert command("soc", ["detections", "hunting"], force=True) == 0
    assert {path: path.read_bytes() for path in stage.root.rglob("*.yaml")} == applied
    assert (stage.root / "hunting/pulled/rare-addresses.yaml").is_file()


def test_everything_can_be_written_elsewhere(stage: Stage, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in stage.root.rglob("*.yaml")}
    assert command("soc", into=tmp_path / "all") == 0
    assert len(list((tmp_path / "all").rglob("*.*"))) == 9  # eight resources, and the rows of one
    assert {path: path.read_bytes() for path in stage.root.rglob("*.yaml")} == before
    assert command("soc", into=tmp_path / "all", force=True) == 0


def test_both_ours_and_foreign_is_a_mistake() -> None:
    with pytest.raises(typer.BadParameter):
        command("soc", ours=True, foreign=True)
