"""V8: time is bounded, errors are told apart, and both kinds answer alike."""

from __future__ import annotations

import subprocess
import sys

import pytest

_SCRIPT = "function spin() { for (;;); }function fail() { throw new Error('because'); } function echo(s) { return s; }"


ENGINES = {
    "jsrun": "SnapshotV8(build_snapshot([('s', SCRIPT)]), heap_limit=64 << 20, call_limit=0.5)",
    "mini-racer": "MiniRacerV8([('s', SCRIPT)], heap_limit=256 << 20, call_limit=0.5)",
}
MODULES = {"jsrun": "jsrun", "mini-racer": "py_mini_racer"}


def _run(engine: str, program: str) -> list[str]:
    """What a program prints that has `v8`, an engine with the script above.

    In a process of its own: two kinds of V8 in one process are one too many.
    """
    pytest.importorskip(MODULES[engine])
    start = f"from masthead.kql.language.v8 import *\nSCRIPT = {_SCRIPT!r}\nv8 = {ENGINES[engine]}\n"
    command = [sys.executable, "-c", start + program + "\nv8.close()"]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout.splitlines()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_script_that_throws_is_refused_and_the_engine_lives_on(engine: str) -> None:
    program = (
        "try:\n    v8.call('fail', '')\n"
        "except ScriptError as error:\n    print(error.fatal, 'because' in str(error), v8.call('echo', 'still here'))"
    )
    assert _run(engine, program) == ["False True still here"]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_script_without_end_is_cut_off(engine: str) -> None:
    assert _run(engine, "try:\n    v8.call('spin', '')\nexcept ScriptError as error:\n    print(error.fatal)") == [
        "True"
    ]


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
