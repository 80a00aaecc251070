"""The recorder's command line: PYTHONPATH=tests python -m recorder list | build | record | up."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from recorder.programs import ProgramsMissing, built_programs
from recorder.scenario import NoSuchScenario, all_scenarios, find_scenario


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 0 when it went well, 1 when a recording failed, 2 for wrong use."""
    parser = argparse.ArgumentParser(prog="recorder", description="Record what a real API server logs of a scenario.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="list the scenarios")
    commands.add_parser("build", help="build the programs of the control plane, once")
    commands.add_parser("up", help="start a cluster and keep it until Ctrl-C; prints a kubeconfig to use it with")
    recording = commands.add_parser("record", help="record scenarios, or all of them")
    recording.add_argument("scenario", nargs="*", help="like attack/privileged-pod; none means all")
    recording.add_argument("--into", type=Path, help="the folder to write to (default: tests/recordings/kubernetes)")
    options = parser.parse_args(arguments)
    try:
        match options.command:
            case "list":
                return _list()
            case "build":
                built_programs()
                return 0
            case "up":
                return _up()
            case _:
                return _record(options.scenario, options.into)
    except (NoSuchScenario, ProgramsMissing) as error:
        print(f"recorder: {error}", file=sys.stderr)
        return 2


def _list() -> int:
    for one in all_scenarios():
        print(f"{one.path:45} {one.use_case:24} {' '.join(one.techniques):22} {one.title}")
    return 0


def _up() -> int:
    from recorder.cluster_run import Cluster
    from recorder.people import ADMIN

    with Cluster() as cluster:
        print(f"the cluster runs; in another terminal:\n  export KUBECONFIG={cluster.plane.kubeconfig(ADMIN)}")
        print(f"  {cluster.programs.path('kubectl')} get pods -A\nits audit log is {cluster.audit_log.path}")
        print("Ctrl-C stops it and leaves nothing behind", flush=True)
        try:
            while True:
                cluster.plane.check()
                time.sleep(1)
        except KeyboardInterrupt:
            print("stopping")
    return 0


def _record(paths: list[str], into: Path | None) -> int:
    from recorder.client import Refused
    from recorder.control_plane import ClusterFailed
    from recorder.record import RECORDINGS, record, report
    from recorder.recording_files import RecordingRefused

    scenarios = [find_scenario(path) for path in paths] or list(all_scenarios())
    programs = built_programs()
    failed = []
    for one in scenarios:
        try:
            report(one, record(one, programs, into or RECORDINGS))
        except (ClusterFailed, RecordingRefused, Refused, ValueError) as error:
            print(f"{one.path} failed, its recording stays as it was: {error}", file=sys.stderr)
            failed.append(one.path)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
