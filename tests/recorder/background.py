"""A cluster in the background, to look around in or to try a scenario's steps by hand: one command starts it, one stops
it. Its programs end with the process that holds them, however that ends.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from recorder.cluster_run import Cluster
from recorder.people import ADMIN
from recorder.programs import built_programs, cache_folder

PATIENCE = 90.0
"""Seconds until the cluster must be ready, or must have stopped."""


class NotStarted(Exception):
    """The cluster did not start; the message shows the end of its log."""


def start() -> dict[str, Any]:
    """Start a cluster, unless one runs, and return where it is: pid, kubeconfig, kubectl, audit_log."""
    if running := state():
        return running
    built_programs()
    log = cache_folder() / "cluster.log"
    with log.open("wb") as output:
        holder = subprocess.Popen(
            [sys.executable, "-m", "recorder", "hold"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    deadline = time.monotonic() + PATIENCE
    while not (running := state()):
        if holder.poll() is not None or time.monotonic() > deadline:
            holder.terminate()
            raise NotStarted(f"the cluster did not start:\n{log.read_text(encoding='utf-8', errors='replace')[-2000:]}")
        time.sleep(0.2)
    return running


def stop() -> bool:
    """Stop the cluster that runs in the background and wait until it is gone; False if there was none."""
    running = state()
    if not running:
        return False
    os.kill(running["pid"], signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE
    while state() and time.monotonic() < deadline:
        time.sleep(0.1)
    return True


def hold() -> None:
    """Be the process that holds the cluster, until it is told to end."""
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    with Cluster() as cluster:
        about = {
            "pid": os.getpid(),
            "kubeconfig": str(cluster.plane.kubeconfig(ADMIN)),
            "kubectl": cluster.programs.path("kubectl"),
            "audit_log": str(cluster.audit_log.path),
        }
        _file().write_text(json.dumps(about), encoding="utf-8")
        while not ended.wait(1):
            cluster.plane.check()


def state() -> dict[str, Any] | None:
    """Where the cluster in the background is, or None if there is none; the file of one that has ended is removed."""
    with contextlib.suppress(OSError, ValueError):
        about = json.loads(_file().read_text(encoding="utf-8"))
        if b"recorder\0hold" in Path(f"/proc/{about['pid']}/cmdline").read_bytes():
            return about
        _file().unlink(missing_ok=True)
    return None


def _file() -> Path:
    return cache_folder() / "cluster.json"
