"""Measures shapes of detections on large data, beside hand-written SQL and others that run KQL locally.

    python benchmarks/kql/run.py [--data FOLDER] [--rows N] [--runs N] [--chdb PYTHON] [--growth N ...] [--only SHAPE]
                                 [--cpu]

Each shape and contender has a process of its own, one at a time; the median of its runs counts, after one that is not
counted, and the peak memory of the process. Answers are compared with that of the SQL. Contenders that are not
installed are left out: `pip install masthead[bench]`; --chdb names the Python of an environment that has chdb. Data is
made once, in the user's cache unless --data says where. --cpu counts the processor's seconds instead of the clock's,
for a machine that has other work. --growth: how two of the shapes grow with so many rows.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

import platformdirs
import yaml
from generate import ROWS, generate

HERE = Path(__file__).parent
CONTENDERS = {"sql": "SQL by hand", "masthead": "Masthead", "duckdb-kql": "duckdb-kql", "chdb": "chdb"}
GROWING = ("filter on dynamic", "summarize by bin")
LIMIT = 900  # seconds for one process


def measured(
    contender: str, shape: dict[str, Any], path: Path, runs: int, python: str, clock: str
) -> dict[str, Any] | None:
    """The seconds, the peak memory in MB and the answer; None where the contender does not run it."""
    if (contender == "duckdb-kql" and shape.get("theirs") is False) or (contender == "chdb" and not shape.get("kusto")):
        return None
    command = [python, str(HERE / "contender.py"), contender, shape["name"], str(path), str(runs)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode:
        print(f"{contender}: {shape['name']}: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return None
    found = json.loads(done.stdout.splitlines()[-1])
    return found | {"seconds": statistics.median(found[clock])}


def _cell(found: dict[str, Any] | None, truth: dict[str, Any] | None) -> str:
    if found is None:
        return "–"
    other = "" if truth is None or found["answer"] == truth["answer"] else ", another answer"
    return f"{found['seconds']:.2f} s, {found['peak']} MB{other}"


def compare(shapes: list[dict[str, Any]], path: Path, runs: int, pythons: dict[str, str], clock: str) -> None:
    """Print the table of all shapes."""
    names = [each for each in CONTENDERS if each in pythons]
    print(f"| shape | {' | '.join(CONTENDERS[each] for each in names)} | Masthead / SQL |")
    print(f"| --- |{' ---: |' * (len(names) + 1)}")
    for shape in shapes:
        found = {name: measured(name, shape, path, runs, pythons[name], clock) for name in names}
        sql, mine = found["sql"], found["masthead"]
        ratio = f"{mine['seconds'] / sql['seconds']:.2f}" if sql and mine else "–"
        print(f"| {shape['name']} | {' | '.join(_cell(found[n], sql) for n in names)} | {ratio} |", flush=True)


def grow(shapes: list[dict[str, Any]], folder: Path, sizes: list[int], runs: int, clock: str) -> None:
    """Print how the growing shapes grow. Files that were not there before are gone after."""
    print(f"\n| rows | {' | '.join(GROWING)} |\n| ---: |{' ---: |' * len(GROWING)}")
    for rows in sizes:
        path = folder / f"audit-{rows}.parquet"
        known = path.exists()
        if not known:
            generate(path, rows)
        cells = [
            _cell(measured("masthead", shape, path, runs, sys.executable, clock), None)
            for name in GROWING
            for shape in shapes
            if shape["name"] == name
        ]
        print(f"| {rows:,} | {' | '.join(cells)} |", flush=True)
        if not known:
            path.unlink()


def _installed(python: str, module: str) -> bool:
    return subprocess.run([python, "-c", f"import {module}"], capture_output=True).returncode == 0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(platformdirs.user_cache_dir("masthead")) / "bench")
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--chdb", default=sys.executable, metavar="PYTHON")
    parser.add_argument("--growth", type=int, nargs="*", default=[])
    parser.add_argument("--only", action="append")
    parser.add_argument("--cpu", dest="clock", action="store_const", const="cpu", default="wall")
    asked = parser.parse_args()
    shapes = yaml.safe_load((HERE / "shapes.yaml").read_text(encoding="utf-8"))
    pythons = {"sql": sys.executable, "masthead": sys.executable}
    for name, module, python in (("duckdb-kql", "duckdb_kql", sys.executable), ("chdb", "chdb", asked.chdb)):
        if _installed(python, module):
            pythons[name] = python
    path = asked.data / f"audit-{asked.rows}.parquet"
    if not path.exists():
        generate(path, asked.rows)
    compare([s for s in shapes if not asked.only or s["name"] in asked.only], path, asked.runs, pythons, asked.clock)
    if asked.growth:
        grow(shapes, asked.data, asked.growth, asked.runs, asked.clock)


if __name__ == "__main__":
    main()
