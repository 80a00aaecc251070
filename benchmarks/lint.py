"""Measures `masthead lint` from the outside, whole processes included: lint.py [COUNT].

One rule cold and cached, COUNT rules (500) cold and cached, and the start of the command itself. Cold: nothing is known
of the project; the language service's snapshot, made once per installation, is there.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from make_rules import make_rules

MASTHEAD = Path(sys.executable).with_name("masthead")


def best(folder: Path, *arguments: str, times: int, cold: bool = False) -> float:
    """The shortest of `times` runs in seconds; `cold`: the project's cache is removed before each."""
    seconds = []
    for _ in range(times):
        if cold:
            shutil.rmtree(folder / ".masthead", ignore_errors=True)
        started = time.perf_counter()
        done = subprocess.run([MASTHEAD, *arguments], cwd=folder, capture_output=True, text=True, check=False)
        seconds.append(time.perf_counter() - started)
        if done.returncode not in (0, 1):
            sys.exit(done.stdout + done.stderr)
    return min(seconds)


def main(count: int) -> None:
    """Make the rules, measure, and print a table."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        make_rules(folder, count)
        one = "detections/rbac/rule-0000.yaml"
        best(folder, "lint", one, times=1)
        rows = [
            ("masthead --help", best(folder, "--help", times=5), 0.2),
            ("one rule, cold", best(folder, "lint", one, times=5, cold=True), 0.6),
            ("one rule, cached", best(folder, "lint", one, times=5), 0.6),
        ]
        cold = best(folder, "lint", "detections", times=2, cold=True)
        alone = best(folder, "lint", "detections", "--jobs", "1", times=1, cold=True)
        rows += [
            (f"{count} rules, cold", cold, 0.025 * count),
            (f"{count} rules, cold, one process", alone, 0.025 * count),
            (f"{count} rules, cached", best(folder, "lint", "detections", times=5), 1.0),
        ]
    for name, seconds, aim in rows:
        print(f"{name:<32} {seconds:7.3f} s   aim {aim:6.2f} s   {'ok' if seconds < aim else 'MISSED'}")
    print(f"{'a rule in bulk, cold':<32} {cold / count * 1000:7.1f} ms  aim  25.0 ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
