"""The recorder's command line: PYTHONPATH=tests python -m recorder list | build | record | compare | up | down."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from recorder.programs import ProgramsMissing, built_programs
from recorder.scenario import NoSuchScenario, all_scenarios, find_scenario, step_of


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 0 when it went well, 1 when a recording failed, 2 for wrong use."""
    parser = argparse.ArgumentParser(prog="recorder", description="Record what a real API server logs of a scenario.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="list the scenarios")
    commands.add_parser("build", help="build the programs of the control plane, once")
    commands.add_parser("up", help="start a cluster in the background and say how to reach it")
    commands.add_parser("down", help="stop the cluster in the background; nothing of it is left")
    commands.add_parser("hold", help="hold a cluster; this is what `up` runs")
    recording = commands.add_parser("record", help="record scenarios, or all of them")
    recording.add_argument("scenario", nargs="*", help="like attack/privileged-pod; none means all")
    recording.add_argument("--into", type=Path, help="the folder to write to (default: tests/recordings/kubernetes)")
    comparing = commands.add_parser("compare", help="say whether two recordings tell the same, up to ids and times")
    comparing.add_argument("one", type=Path, help="the folder of a recording")
    comparing.add_argument("other", type=Path, help="the folder of another")
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
            case "down":
                return _down()
            case "compare":
                return _compare(options.one, options.other)
            case "hold":
                return _hold()
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
    from recorder import background

    try:
        about = background.start()
    except background.NotStarted as error:
        print(f"recorder: {error}", file=sys.stderr)
        return 1
    print(f"the cluster runs; use it with\n  export KUBECONFIG={about['kubeconfig']}\n  {about['kubectl']} get pods -A")
    print(f"its audit log is {about['audit_log']}\n`down` stops it")
    return 0


def _down() -> int:
    from recorder import background

    print("stopped" if background.stop() else "no cluster runs")
    return 0


def _compare(one: Path, other: Path) -> int:
    from recorder.compare import differences

    try:
        found = differences(one, other)
    except OSError as error:
        print(f"recorder: {Path(error.filename).parent} is no recording: it has no AKSAudit.ndjson.gz", file=sys.stderr)
        return 2
    print("\n".join(found) or "they tell the same")
    return 1 if found else 0


def _hold() -> int:
    from recorder import background

    background.hold()
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
            print(
                f"{one.path} failed, its recording stays as it was: {error}\n{step_of(error)}".rstrip(), file=sys.stderr
            )
            failed.append(one.path)
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("recorder: interrupted; the cluster is gone, recordings are as they were")
