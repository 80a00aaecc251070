"""How long the cases of this repository take, one by one, and what starting takes.

    python benchmarks/cases.py            # every case, three times
    python benchmarks/cases.py -k rbac    # those whose file or name has the word

A case's first run includes the translation of its query; the later ones show what a case costs by itself. Start-up is
the time from a shell to the end of a command that has next to nothing to do.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from masthead.content.cases import Case
from masthead.content.finding import ContentError
from masthead.content.model import Query
from masthead.content.project import Project, find_root
from masthead.testing.bench import Bench
from masthead.testing.verdict import judge

ROUNDS = 3


def milliseconds(work: Callable[..., object], *arguments: object) -> float:
    """How long the work takes."""
    start = time.perf_counter()
    work(*arguments)
    return (time.perf_counter() - start) * 1000


def cases(project: Project, word: str) -> Iterator[tuple[Query, Case]]:
    """The cases whose file or name has the word."""
    for content in (*project.detections, *project.hunting_queries):
        file = project.cases_for(content)
        for case in file.cases if file else ():
            if word in f"{content.path} {case.name}":
                yield content, case


def attempt(case: Case, content: Query, bench: Bench) -> bool:
    """Whether the case passes."""
    try:
        return judge(case, content, bench).passed
    except ContentError:
        return False


def run_masthead(arguments: list[str], root: Path) -> None:
    """Run the command line in a process of its own."""
    command = [sys.executable, "-m", "masthead.cli.main", *arguments]
    subprocess.run(command, cwd=root, capture_output=True, check=False)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-k", default="", metavar="WORD", help="only cases whose file or name has the word")
    parser.add_argument("--slowest", type=int, default=8, metavar="N", help="how many of the slowest to name")
    chosen = parser.parse_args()

    root = find_root(Path(__file__))
    for arguments in (["--help"], ["test", "-k", "no-case-has-this-name"]):
        times = [milliseconds(run_masthead, arguments, root) for _ in range(5)]
        print(f"masthead {' '.join(arguments)}: {statistics.median(times):.0f} ms")

    bench = Bench(Project.load(root))
    found = list(cases(bench.project, chosen.k))
    rounds = [[milliseconds(attempt, case, content, bench) for content, case in found] for _ in range(ROUNDS)]
    failing = sum(not attempt(case, content, bench) for content, case in found)
    print(f"{len(found)} cases, of which {failing} fail or cannot be run")
    for number, times in enumerate(rounds, start=1):
        spread = (
            f"median {statistics.median(times):.1f} ms, nine in ten under {sorted(times)[int(len(times) * 0.9)]:.1f} ms"
        )
        print(f"round {number}: {sum(times) / 1000:.2f} s; {statistics.mean(times):.1f} ms a case; {spread}")
    slowest = sorted(zip(rounds[-1], found, strict=True), key=lambda each: -each[0])[: chosen.slowest]
    for took, (content, case) in slowest:
        print(f"  {took:7.1f} ms  {content.path}: {case.name}")


if __name__ == "__main__":
    main()
