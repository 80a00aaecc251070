"""The cached snapshot: broken, stale or contested, the service starts all the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from masthead.kql.language import LanguageError, LanguageService, snapshot
from masthead.kql.language.v8 import snapshots_supported

pytestmark = pytest.mark.skipif(not snapshots_supported(), reason="this platform's V8 has no snapshots")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MASTHEAD_CACHE", str(tmp_path))
    return tmp_path


def _run(program: str) -> str:
    """What a program prints in a process of its own: engines of two snapshots in one process crash V8."""
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    ).stdout


def _starts() -> bool:
    program = (
        "from masthead.kql.language import snapshot\n"
        "snapshot._scripts = lambda: [('small', 'function echo(text) { return text; }')]\n"
        "text = 'äöü \\u2028 \\' \"'\n"
        "print(snapshot.start().call('echo', text) == text)"
    )
    return _run(program).strip() == "True"


def test_the_snapshot_is_written_once_and_read_again(cache: Path) -> None:
    assert _starts()
    (path,) = cache.iterdir()
    written = path.stat().st_mtime_ns
    assert _starts()
    assert path.stat().st_mtime_ns == written


@pytest.mark.parametrize("damage", [b"", b"garbage", None], ids=["empty", "garbage", "truncated"])
def test_a_broken_snapshot_is_made_anew(cache: Path, damage: bytes | None) -> None:
    assert _starts()
    (path,) = cache.iterdir()
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    assert _starts()
    # V8 does not write the same heap to the last byte each time.
    assert path.stat().st_size == pytest.approx(len(whole), rel=0.01)


def test_a_flipped_bit_is_noticed(cache: Path) -> None:
    assert _starts()
    (path,) = cache.iterdir()
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert _starts()
    assert path.read_bytes() != bytes(data)


def test_a_cache_that_cannot_be_written_is_done_without(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MASTHEAD_CACHE", str(cache / "file" / "below"))
    (cache / "file").write_text("in the way")
    assert _starts()


def test_a_package_without_its_scripts_says_how_to_install_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MASTHEAD_CACHE", str(tmp_path))
    monkeypatch.setattr(snapshot, "_loaded", None)
    monkeypatch.setattr(snapshot, "_SCRIPTS", (tmp_path / "missing.js",))
    with pytest.raises(snapshot.LanguageServiceMissing, match=r"missing\.js not found.*reinstall"):
        snapshot.start()


def test_two_processes_may_start_at_once(tmp_path: Path) -> None:
    program = "from masthead.kql.language import LanguageService as L; print(L.shared().format('T|take 1'))"
    environment = {"MASTHEAD_CACHE": str(tmp_path), "PATH": "/usr/bin:/bin"}
    started = [
        subprocess.Popen([sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    outputs = [p.communicate(timeout=60)[0].strip() for p in started]
    assert outputs[0] == outputs[1] != ""
    assert [p.suffix for p in tmp_path.iterdir()] == [".snapshot"]


def test_a_snapshot_keeps_what_its_scripts_defined() -> None:
    program = (
        "from masthead.kql.language.v8 import *\n"
        "v8 = SnapshotV8(build_snapshot([('one', \"var kept = 'x'; function ask(s) { return kept + s; }\")]))\n"
        "print(v8.call('ask', 'y'))"
    )
    assert _run(program).strip() == "xy"


def test_a_v8_that_does_not_start_is_said_so(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A session as long as this repository's own has asked for the V8 that rests, which needs no child to start.
    monkeypatch.setattr(snapshot, "_resting", False)
    monkeypatch.setattr(snapshot, "_loaded", None)
    monkeypatch.setattr(sys, "executable", str(cache / "no-python"))
    with pytest.raises(LanguageError, match=r"the Kusto language service does not start: .*no-python"):
        LanguageService().format("T | take 1")
