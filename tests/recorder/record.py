"""Records a scenario: plays it on a fresh cluster and writes the folder of the recording."""

from __future__ import annotations

import getpass
import socket
import sys
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from recorder.audit_diagnostics import diagnostics_rows
from recorder.audit_rows import audit_tables
from recorder.cluster_run import Cluster
from recorder.inventory import inventory_tables
from recorder.people import RECORDER
from recorder.programs import Programs, versions
from recorder.recording_files import About, write_recording
from recorder.scenario import Scenario
from recorder.stage import Stage
from recorder.timeline import Timeline

RECORDINGS = Path(__file__).resolve().parents[1] / "recordings" / "kubernetes"
DERIVED = ("KubePodInventory", "KubeNodeInventory", "KubeServices", "KubeEvents")


def record(scenario: Scenario, programs: Programs, into: Path = RECORDINGS) -> dict[str, int]:
    """Play `scenario` and write its recording into the folder `into`; how many rows each table got.

    Raises what the scenario raises, ClusterFailed, and RecordingRefused; then the folder stays as it was.
    """
    with Cluster(programs) as cluster:
        stage = Stage(cluster, scenario)
        stage.open()
        scenario.play(stage)
        stage.close()
        begins, ends = stage.anchors[0][0], stage.anchors[-1][0]
        timeline = Timeline(stage.anchors)
        events = [
            _without_host(event)
            for event in cluster.audit_log.between(begins, ends)
            if _is_of_the_story(event) and _is_delivered(event, scenario, timeline)
        ]
        tables: dict[str, list[dict[str, Any]]] = audit_tables(events, timeline)
        if scenario.diagnostics:
            tables["AzureDiagnostics"] = diagnostics_rows(events, timeline)
        tables |= inventory_tables(stage.snapshots, timeline)
        tables |= {table: rows for table, rows in stage.constructed.items() if rows}
    about = About(
        title=scenario.title,
        description=" ".join(filter(None, (scenario.description, scenario.honesty))),
        start=scenario.opens,
        end=scenario.closes,
        source=f"the audit log of kube-apiserver {versions()['kubernetes']}",
        how=f"make recording SCENARIO={scenario.path}",
        versions=versions() | {"kubernetes (Python client)": version("kubernetes")},
        provenance=dict.fromkeys(DERIVED, "derived") | dict.fromkeys(stage.constructed, "constructed"),
        use_case=scenario.use_case,
        techniques=scenario.techniques,
        detect=scenario.detect,
    )
    write_recording(into / scenario.name, about, tables, also=_names_of_this_machine())
    return {table: len(rows) for table, rows in tables.items()}


def _is_of_the_story(event: dict[str, Any]) -> bool:
    """Whether an event is not the recorder's own, who only looks things up."""
    return event["user"]["username"] != RECORDER.username


def _is_delivered(event: dict[str, Any], scenario: Scenario, timeline: Timeline) -> bool:
    """Whether an event reaches the workspace: those of the scenario's gap do not."""
    if scenario.gap is None:
        return True
    begins, ends = scenario.gap
    return not begins <= timeline.move(datetime.fromisoformat(event["stageTimestamp"])) < ends


def _without_host(event: Any) -> Any:
    """The event without the name of the machine that records, which the leaders write into their leases."""
    host = socket.gethostname()
    match event:
        case str():
            return event.replace(f"{host}_", "aks-control-plane_")
        case dict():
            return {key: _without_host(value) for key, value in event.items()}
        case list():
            return [_without_host(value) for value in event]
    return event


def _names_of_this_machine() -> Iterator[str]:
    """The names that must not get out: the host's, and the login's unless it is one that everybody has."""
    yield from (name for name in (socket.gethostname(), socket.getfqdn()) if len(name) > 3 and name != "localhost")
    if (login := getpass.getuser()) != "root":
        yield login


def report(scenario: Scenario, rows: dict[str, int]) -> None:
    print(
        f"{scenario.path}: " + ", ".join(f"{count} {table}" for table, count in rows.items() if count), file=sys.stderr
    )
