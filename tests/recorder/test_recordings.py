"""The recordings are what the recorder says they are: they fit their tables, and the tables fit together."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from masthead.content.project import Project
from masthead.content.recording import Recording
from masthead.content.rows import check_recording, read_rows

PROJECT = Project.load(Path(__file__).parents[2])
RECORDED = [one for one in PROJECT.recordings if one.provenance.kind == "recorded"]
INVENTORY = {"KubePodInventory", "KubeNodeInventory", "KubeServices"}
MEGABYTE = 2**20


@lru_cache(maxsize=4)
def rows_of(recording: Recording, table: str) -> list[dict[str, Any]]:
    return list(read_rows(recording, table))


@pytest.fixture(params=RECORDED, ids=lambda one: one.name)
def recording(request) -> Recording:
    return request.param


def test_rows_fit_their_tables(recording):
    assert check_recording(recording, PROJECT.schema) == []


def test_both_audit_tables_tell_the_same_but_for_reads(recording):
    rows = rows_of(recording, "AKSAudit")
    changes = [{**row, "Type": "AKSAuditAdmin"} for row in rows if row["Verb"] not in ("get", "list")]

    assert rows_of(recording, "AKSAuditAdmin") == changes
    assert [row["TimeGenerated"] for row in rows] == sorted(row["TimeGenerated"] for row in rows)


def test_bodies_stand_where_the_policy_lets_them(recording):
    """No body of a secret, a ConfigMap, a service account or a token is written, but for coredns-custom.

    That a whole collection is to go says how, which is a body too.
    """
    quiet = {"secrets", "configmaps", "serviceaccounts", "tokenreviews"}
    with_body = {
        row["ObjectRef"].get("name")
        for row in rows_of(recording, "AKSAudit")
        if row.get("ObjectRef", {}).get("resource") in quiet and row["Verb"] != "deletecollection"
        if row.get("RequestObject") or row.get("ResponseObject")
    }

    assert with_body <= {"coredns-custom"}


def test_the_inventory_knows_the_nodes_that_the_pods_run_on(recording):
    assert set(recording.tables) >= INVENTORY
    nodes = {row["Computer"] for row in rows_of(recording, "KubeNodeInventory")}
    on = {row["Computer"] for row in rows_of(recording, "KubePodInventory") if row.get("Computer")}

    assert on <= nodes


def test_the_day_of_peace_is_long_and_busy():
    day = next(one for one in RECORDED if one.name == "kubernetes/working-day")
    hours = Counter(row["TimeGenerated"][11:13] for row in rows_of(day, "AKSAudit"))

    assert (day.end - day.start).total_seconds() == 24 * 3600
    assert hours.total() >= 20_000
    assert len(hours) == 24


def test_the_recordings_stay_small_enough_to_be_cloned():
    files = [path for one in PROJECT.recordings for path in one.folder.iterdir()]

    assert sum(path.stat().st_size for path in files) < 25 * MEGABYTE
