"""Measures a deployment of many rules to the stand-in: python benchmarks/deploy.py [RULES].

The stand-in runs in this process, Masthead in one of its own, as on anybody's machine; the network is loopback. Peak
memory is that of Masthead's process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "benchmarks")]

import make_rules  # noqa: E402
from stand_in import StandIn  # noqa: E402

from masthead.content.project import Project  # noqa: E402

MASTHEAD = Path(sys.executable).with_name("masthead")


def run(project: Path, *command: str) -> tuple[float, int, str]:
    """The seconds that a command took, its peak memory in MB, and its last line."""
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen([MASTHEAD, *command], cwd=project, stdout=said, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        lines = [line for line in said.read().splitlines() if line.startswith(("Plan:", "Deployment:"))]
    if process.returncode:
        raise SystemExit(f"masthead {' '.join(command)} failed: {lines}")
    return time.perf_counter() - started, usage.ru_maxrss // 1024, lines[-1]


def main(count: int) -> None:
    """Plan and deploy, twice."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        make_rules.make_rules(project, count)
        with StandIn(Project.load(project)) as stand_in:
            described = project / ".masthead/demo-workspace.json"
            described.parent.mkdir(exist_ok=True)
            described.write_text(json.dumps(stand_in.described()), encoding="utf-8")
            print("| command | seconds | requests | peak memory | |\n| --- | ---: | ---: | ---: | --- |")
            for name, command in (
                ("plan, the first time", ("plan", "demo")),
                ("plan", ("plan", "demo")),
                ("deploy", ("deploy", "demo", "--yes")),
                ("plan, all deployed", ("plan", "demo")),
                ("deploy, all deployed", ("deploy", "demo", "--yes")),
            ):
                stand_in.calls.clear()
                seconds, memory, line = run(project, *command)
                print(f"| {name} | {seconds:.1f} | {len(stand_in.calls)} | {memory} MB | {line} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
