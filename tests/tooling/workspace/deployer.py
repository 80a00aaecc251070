"""Deploys again and again in processes that can be killed: `python deployer.py`, which is told on standard input.

Each line is JSON: {"project": folder, "demo": what .masthead/demo-workspace.json is to say}. For each a child process
runs `masthead deploy demo` and says its number on standard output; when it has ended, another line says how. All is
imported once, so that a child takes as long as a deployment and no longer.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import sys
from datetime import timedelta
from pathlib import Path


def main() -> None:
    """Read lines until there are no more."""
    for name in ("securityinsight", "loganalytics", "applicationinsights"):
        importlib.import_module(f"azure.mgmt.{name}")
    for name in ("azure.identity", "azure.monitor.query", "masthead.cli.deploy", "masthead.workspace.prepare"):
        importlib.import_module(name)
    for line in sys.stdin:
        task = json.loads(line)
        child = os.fork()
        if child == 0:
            deploy(task)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(status, flush=True)


def deploy(task: dict[str, object]) -> None:
    """Deploy, and end the process."""
    from masthead.workspace import lease

    lease.LEASE = timedelta(seconds=0.5)  # nobody waits for the one that was killed
    lease.Lease.__init__.__kwdefaults__["lasts"] = lease.LEASE
    root = Path(str(task["project"]))
    (root / ".masthead").mkdir(exist_ok=True)
    (root / ".masthead/demo-workspace.json").write_text(json.dumps(task["demo"]), encoding="utf-8")
    os.chdir(root)
    code = 70
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        from masthead.cli.main import main as masthead

        try:
            masthead(["deploy", "demo", "--prune", "--yes"])
        except SystemExit as end:
            code = int(end.code or 0)
    if code:
        Path(str(task["project"]), "said.txt").write_text(said.getvalue(), encoding="utf-8")
    os._exit(code)


if __name__ == "__main__":
    main()
