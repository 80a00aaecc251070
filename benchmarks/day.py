"""Measures rules on a large recording: a day of a cluster, 20,000 rows of AKSAudit and 14,000 of AKSAuditAdmin.

    python benchmarks/day.py

Each rule of Kubernetes has a case on that day, and is measured from the outside, as a user waits for it: the process,
the language service, the rows. *First* is with nothing kept of the recording, *again* with its rows in the cache.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml
from make_day import NAME, make

MASTHEAD = Path(sys.executable).with_name("masthead")
USE_CASES = ("rbac", "pod-security")
ONE = "tests/detections/rbac/cluster-admin-granted.yaml"


def silent_on_the_day(project: Path) -> None:
    """Let every rule of these use cases have one case: silence on the large day."""
    for use_case in USE_CASES:
        for path in (project / "tests/detections" / use_case).glob("*.yaml"):
            cases = yaml.safe_load(path.read_text(encoding="utf-8"))["cases"][:1]
            path.write_text(yaml.safe_dump({"cases": cases, "silent_on": [NAME]}), encoding="utf-8")


def seconds(project: Path, *arguments: str) -> float:
    """How long `masthead test` takes for the cases on the large day; raises when one fails."""
    started = time.perf_counter()
    subprocess.run(
        [MASTHEAD, "test", *arguments, "-k", "large-day"], cwd=project, check=True, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - started


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        project, cache = Path(name, "project"), Path(name, "cache")
        make(project)
        silent_on_the_day(project)
        os.environ["MASTHEAD_CACHE"] = str(cache)
        seconds(project, ONE)  # makes V8's heap snapshot
        everything = [f"tests/detections/{use_case}" for use_case in USE_CASES]
        for what, arguments in (("one rule", [ONE]), ("all rules, two processes", [*everything, "-n", "2"])):
            shutil.rmtree(cache / "rows")
            first = seconds(project, *arguments)
            again = min(seconds(project, *arguments) for _ in range(3))
            print(f"{what:<26} first {first:5.2f} s   again {again:5.2f} s")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024  # Linux counts in KB
        print(f"memory of one process, at most: {peak:.0f} MB")


if __name__ == "__main__":
    main()
