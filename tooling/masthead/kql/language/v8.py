"""One small interface to V8, with two implementations.

`jsrun` restores a heap snapshot and is ready in a fifth of a second, but has no wheel for Windows or Intel Macs. There
`mini-racer` does the same work; it has no snapshots (1.2 s a start) and hangs the interpreter at exit unless closed.
"""

from __future__ import annotations

import atexit
import importlib.util
import json
import subprocess
import sys
from typing import Protocol

HEAP_LIMIT = 1 << 30  # bytes; the language service itself needs about 60 MB
BUILD_LIMIT = 120.0  # seconds to make a snapshot, which takes one
CALL_LIMIT = 10.0  # seconds for one query; the slowest public Sentinel query takes 0.5


class ScriptError(Exception):
    """The script threw, ran out of time or out of memory. `fatal`: the engine that ran it must not be used again."""

    def __init__(self, message: str, *, fatal: bool) -> None:
        super().__init__(message)
        self.fatal = fatal


class V8(Protocol):
    """A JavaScript engine with our scripts loaded."""

    def call(self, function: str, argument: str) -> str:
        """Call a global function that takes and returns one string. Raises ScriptError."""

    def close(self) -> None:
        """Free the engine. A second close does nothing."""


def snapshots_supported() -> bool:
    """Whether engines here can start from a heap snapshot."""
    return importlib.util.find_spec("jsrun") is not None


class SnapshotV8(V8):
    """jsrun, started from a snapshot that `build_snapshot` made."""

    def __init__(self, snapshot: bytes, heap_limit: int = HEAP_LIMIT, call_limit: float = CALL_LIMIT) -> None:
        import jsrun

        self._errors = (jsrun.JavaScriptError, jsrun.RuntimeTerminated, RuntimeError)
        self._thrown = jsrun.JavaScriptError
        config = jsrun.RuntimeConfig(snapshot=snapshot, max_heap_size=heap_limit, timeout=call_limit)
        try:
            self._runtime = jsrun.Runtime(config)
        except self._errors as error:
            raise ScriptError(str(error), fatal=True) from error

    def call(self, function: str, argument: str) -> str:
        # eval, not a function handle: only eval tells an error of the script from the end of time or memory.
        try:
            return self._runtime.eval(f"{function}({json.dumps(argument)})")
        except self._errors as error:
            raise ScriptError(str(error), fatal=not isinstance(error, self._thrown)) from error

    def close(self) -> None:
        self._runtime.close()


# What the child process below runs; it needs nothing of Masthead.
_BUILD = """
import json, sys, jsrun
builder = jsrun.SnapshotBuilder()
for name, source in json.load(sys.stdin.buffer):
    builder.execute_script(name, source)
sys.stdout.buffer.write(builder.build())
"""


def build_snapshot(scripts: list[tuple[str, str]]) -> bytes:
    """The heap of an engine that ran `scripts` (name, source), for SnapshotV8. Raises ScriptError.

    In a process of its own, since V8 does not take well to a builder and engines of another snapshot in one.
    """
    # -P: the folder that somebody works in is no place to import from.
    command = [sys.executable, "-P", "-c", _BUILD]
    try:
        built = subprocess.run(
            command, input=json.dumps(scripts).encode(), capture_output=True, timeout=BUILD_LIMIT, check=True
        )
    except subprocess.CalledProcessError as error:
        raise ScriptError(error.stderr.decode(errors="replace").strip()[-500:], fatal=True) from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ScriptError(f"V8's snapshot could not be made: {error}", fatal=True) from error
    return built.stdout


class MiniRacerV8(V8):
    """mini-racer, for platforms without jsrun."""

    def __init__(
        self, scripts: list[tuple[str, str]], heap_limit: int = HEAP_LIMIT, call_limit: float = CALL_LIMIT
    ) -> None:
        from py_mini_racer import JSEvalException, JSOOMException, JSTimeoutException, MiniRacer

        self._error, self._lost = JSEvalException, (JSOOMException, JSTimeoutException)
        self._engine = MiniRacer()
        self._call_limit = call_limit
        self._engine.set_hard_memory_limit(heap_limit)
        for _, source in scripts:
            # the last value of a script crosses the border; an object graph as large as ours must not
            self._engine.eval(source + "\n;0")
        atexit.register(self.close)

    def call(self, function: str, argument: str) -> str:
        try:
            return self._engine.eval(f"{function}({json.dumps(argument)})", timeout_sec=self._call_limit)
        except self._error as error:
            raise ScriptError(str(error), fatal=isinstance(error, self._lost)) from error

    def close(self) -> None:
        engine, self._engine = self._engine, None
        if engine is not None:
            atexit.unregister(self.close)
            engine.close()
