"""From a cluster's objects to the rows of Container Insights; the objects stand in inventory_objects.yaml."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from recorder.azure import CLUSTER, CLUSTER_ID, SUBSCRIPTION, columns_of
from recorder.inventory import Snapshot, inventory_tables
from recorder.timeline import Timeline

KINDS = yaml.safe_load(Path(__file__).with_name("inventory_objects.yaml").read_text(encoding="utf-8"))
OBJECTS = {kind: [case["object"] for case in cases] for kind, cases in KINDS.items()}
TABLES = {
    "pods": "KubePodInventory",
    "nodes": "KubeNodeInventory",
    "services": "KubeServices",
    "events": "KubeEvents",
}
TAKEN = datetime(2031, 5, 6, 12, 1, 0, 250_000, tzinfo=UTC)
TIMELINE = Timeline([(datetime(2031, 5, 6, 12, tzinfo=UTC), datetime(2026, 11, 2, 8, tzinfo=UTC))])
SHARED = {
    "ClusterId": CLUSTER_ID,
    "ClusterName": "aks-shop",
    "SourceSystem": "Containers",
    "TimeGenerated": "2026-11-02T08:01:00Z",
    "_ResourceId": CLUSTER,
    "_SubscriptionId": SUBSCRIPTION,
}


def snapshot(after: timedelta = timedelta(0), **objects) -> Snapshot:
    return Snapshot(TAKEN + after, **{kind: objects.get(kind, []) for kind in TABLES})


@pytest.mark.parametrize(
    ("kind", "case"),
    [pytest.param(kind, case, id=f"{TABLES[kind]}: {case['name']}") for kind, cases in KINDS.items() for case in cases],
)
def test_an_object_becomes_rows(kind, case):
    objects = {"services": OBJECTS["services"], kind: [case["object"]]}
    rows = inventory_tables([snapshot(**objects)], TIMELINE)[TABLES[kind]]

    assert rows == [{**SHARED, "Type": TABLES[kind], **row} for row in case["rows"]]
    for row in rows:
        assert list(row) == [name for name in columns_of(TABLES[kind]) if name in row]


def test_each_round_tells_of_all_objects_again_except_of_events():
    tables = inventory_tables([snapshot(**OBJECTS), snapshot(timedelta(seconds=60), **OBJECTS)], TIMELINE)
    times = {name: [row["TimeGenerated"] for row in rows] for name, rows in tables.items()}

    first, second = "2026-11-02T08:01:00Z", "2026-11-02T08:02:00Z"
    assert times == {
        "KubePodInventory": [first] * 7 + [second] * 7,
        "KubeNodeInventory": [first] * 2 + [second] * 2,
        "KubeServices": [first] * 3 + [second] * 3,
        "KubeEvents": ["2026-11-02T08:00:02Z", "2026-11-02T08:00:09Z"],
    }


def test_an_event_is_told_again_when_its_count_grows():
    event = OBJECTS["events"][0]
    rounds = [snapshot(events=[{**event, "count": count}]) for count in (1, 1, 2, 2, 5)]

    assert [row["Count"] for row in inventory_tables(rounds, TIMELINE)["KubeEvents"]] == [1.0, 2.0, 5.0]


def test_the_objects_stay_as_they_were():
    before = yaml.safe_dump(OBJECTS)
    inventory_tables([snapshot(**OBJECTS)], TIMELINE)
    assert yaml.safe_dump(OBJECTS) == before
