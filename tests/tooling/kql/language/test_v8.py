"""V8: time and memory are bounded, errors are told apart."""

from __future__ import annotations

import subprocess
import sys

import pytest

from masthead.kql.language.v8 import MiniRacerV8, ScriptError, SnapshotV8, build_snapshot, snapshots_supported

_SCRIPT = (
    "function spin() { for (;;); } function eat() { var a = []; for (;;) a.push(new Array(1000).fill(1)); }"
    "function fail() { throw new Error('because'); } function echo(s) { return s; }"
)


def _engine(kind: str) -> SnapshotV8 | MiniRacerV8:
    if kind == "jsrun":
        if not snapshots_supported():
            pytest.skip("this platform's V8 has no snapshots")
        return SnapshotV8(build_snapshot([("s", _SCRIPT)]), heap_limit=64 << 20, call_limit=0.5)
    pytest.importorskip("py_mini_racer")
    return MiniRacerV8([("s", _SCRIPT)], heap_limit=256 << 20, call_limit=0.5)


# mini-racer tells of a call that it cut off after its event loop is gone; nobody waits for that any more
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("kind", ["jsrun", "mini-racer"])
@pytest.mark.parametrize(("function", "fatal"), [("fail", False), ("spin", True)])
def test_a_failing_script_raises(kind: str, function: str, fatal: bool) -> None:
    engine = _engine(kind)
    with pytest.raises(ScriptError) as caught:
        engine.call(function, "")
    assert caught.value.fatal is fatal
    if not fatal:
        assert "because" in str(caught.value)
        assert engine.call("echo", "still here") == "still here"
    engine.close()


def test_memory_is_bounded() -> None:
    # In a process of its own: V8 that ran out of memory takes others of its process with it.
    program = (
        "from masthead.kql.language.v8 import *\n"
        f"v8 = SnapshotV8(build_snapshot([('s', {_SCRIPT!r})]), heap_limit=64 << 20, call_limit=20)\n"
        "try:\n    v8.call('eat', '')\nexcept ScriptError as error:\n    print('refused', error.fatal)"
    )
    if not snapshots_supported():
        pytest.skip("this platform's V8 has no snapshots")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.strip() == "refused True"


def test_both_engines_give_the_same_answers_and_end_with_python() -> None:
    program = (
        "import json, sys\n"
        "from masthead.kql.language import snapshot\n"
        "from masthead.kql.language.v8 import MiniRacerV8, snapshots_supported\n"
        "request = json.dumps(dict(query='T | where a > 1 | summarize count() by b', tables=[['T', 'k']],\n"
        "    define={'k': [['a', 'long'], ['b', 'string']]}, functions=[], watchlists=[], tree=True, analyzers=True,\n"
        "    limit=1000))\n"
        "other = MiniRacerV8(snapshot._scripts())\n"
        "answer = other.call('masthead.analyze', request)\n"
        "same = not snapshots_supported() or snapshot.start().call('masthead.analyze', request) == answer\n"
        "print(same, json.loads(answer)['columns'])"
    )
    pytest.importorskip("py_mini_racer")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=90, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "True [['b', 'string'], ['count_', 'long']]")
