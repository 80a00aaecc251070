"""Records a scenario: plays it on a fresh cluster and writes the folder of the recording."""

from __future__ import annotations

import getpass
import socket
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

from recorder.audit_diagnostics import diagnostics_rows
from recorder.audit_rows import audit_tables
from recorder.cluster_run import Cluster
from recorder.inventory import inventory_tables
from recorder.names import Names
from recorder.people import RECORDER
from recorder.programs import Programs, versions
from recorder.recording_files import About, write_recording
from recorder.retelling import Retelling
from recorder.scenario import Scenario
from recorder.stage import Stage

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
        # The period's very first instant belongs to what went before: no run of a rule would see a row there.
        begins, ends = stage.anchors[0][0] + timedelta(milliseconds=1), stage.anchors[-1][0]
        events = [event for event in cluster.audit_log.between(begins, ends) if _is_of_the_story(event)]
        names = Names(events, [pod for snapshot in stage.snapshots for pod in snapshot.pods])
        timeline = Retelling(stage.anchors, names)
        moments = [timeline.move(datetime.fromisoformat(event["stageTimestamp"])) for event in events]
        events = [event for event, when in zip(events, moments, strict=True) if scenario.delivers(when)]
        tables: dict[str, list[dict[str, Any]]] = audit_tables(events, timeline)
        if scenario.diagnostics:
            tables["AzureDiagnostics"] = diagnostics_rows(events, timeline)
        tables |= inventory_tables(stage.snapshots, timeline)
        tables["KubeEvents"] = [row for row in tables["KubeEvents"] if not _is_older(row, scenario)]
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
        peaceful=scenario.path.startswith("peace/"),
    )
    write_recording(into / scenario.name, about, tables, also=_names_of_this_machine())
    return {table: len(rows) for table, rows in tables.items()}


def _is_of_the_story(event: dict[str, Any]) -> bool:
    """Whether an event is not the recorder's own, who only looks things up. A request refused with 401 is nobody's."""
    return event["user"].get("username") != RECORDER.username


def _is_older(row: dict[str, Any], scenario: Scenario) -> bool:
    """Whether a row was sent before the recording begins, as the events of building the cluster were."""
    return datetime.fromisoformat(row["TimeGenerated"]) < scenario.opens


def _names_of_this_machine() -> Iterator[str]:
    """The names that must not get out: the host's, and the login's unless it is one that everybody has."""
    yield from (name for name in (socket.gethostname(), socket.getfqdn()) if len(name) > 3 and name != "localhost")
    if (login := getpass.getuser()) != "root":
        yield login


def report(scenario: Scenario, rows: dict[str, int]) -> None:
    """Say on standard error how many rows each table of a recording got."""
    counts = ", ".join(f"{count} {table}" for table, count in rows.items() if count)
    print(f"{scenario.path}: {counts}", file=sys.stderr, flush=True)
