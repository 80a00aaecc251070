"""What becomes of rows: the cases in scrubbed.yaml, and laws that hold for any."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from masthead.content.project import Project
from masthead.workspace.record.leaks import leaks
from masthead.workspace.record.scrubber import Scrubber
from masthead.workspace.record.vocabulary import vocabulary_of

CASES = yaml.safe_load((Path(__file__).parent / "scrubbed.yaml").read_text(encoding="utf-8"))
COLUMNS = {
    "TimeGenerated": "datetime",
    "Caller": "string",
    "UserPrincipalName": "string",
    "UserDisplayName": "string",
    "Computer": "string",
    "Namespace": "string",
    "Text": "string",
    "Json": "string",
    "Details": "dynamic",
    "Count": "long",
    "Type": "string",
    "_ResourceId": "string",
}


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """The vocabulary of a project without content: only the words of products are kept."""
    return vocabulary_of(Project(tmp_path_factory.mktemp("empty")))


def scrubbed(vocabulary, *rows, key=b"key"):
    scrubber = Scrubber({"Log": rows}, {"Log": COLUMNS}, vocabulary, key)
    made = [scrubber.row("Log", row) for row in rows]
    return made, scrubber


def holds(text: str, piece: str) -> bool:
    """Whether a piece stands in a text by itself, in whatever case."""
    return re.search(rf"(?<!\w){re.escape(piece)}(?!\w)", text, re.IGNORECASE) is not None


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_becomes_of_values(case, tmp_path):
    vocabulary = vocabulary_of(Project(tmp_path), case.get("keep", ()))
    (row,), scrubber = scrubbed(vocabulary, case["row"])
    text = json.dumps(row, ensure_ascii=False)
    assert [each for each in case.get("lost", ()) if holds(text, each)] == []
    assert [each for each in case.get("kept", ()) if each not in text] == []
    assert [name for name, value in case.get("gone_from", {}).items() if row[name] == value] == []
    assert leaks(text, scrubber) == []


def test_times_tables_and_measures_stay(empty):
    row = {"TimeGenerated": "2026-01-01T00:00:00Z", "Type": "Zweihander", "Count": 12345678, "Text": ""}
    assert scrubbed(empty, row)[0] == [row]


def test_what_the_queries_of_the_project_name_is_kept_unless_it_is_somebodys(tmp_path):
    (tmp_path / "hunting/x").mkdir(parents=True)
    query = {
        "id": "11111111-1111-4111-8111-111111111111",
        "name": "Zweihander",
        "description": "Finds it.",
        "query": 'Log | where Text has_any ("fenwick", "1b4e28ba-2fa1-11d2-883f-0016d3cca427", "pool.evil.io")',
        "tactics": [],
        "relevantTechniques": [],
        "requiredDataConnectors": [],
    }
    (tmp_path / "hunting/x/query.yaml").write_text(yaml.safe_dump(query))
    vocabulary = vocabulary_of(Project(tmp_path))
    text = "Zweihander of Fenwick at pool.evil.io by 1b4e28ba-2fa1-11d2-883f-0016d3cca427"
    assert scrubbed(vocabulary, {"Text": text})[0] == [{"Text": text}]
    assert scrubbed(vocabulary, {"Namespace": "fenwick"})[0] == [{"Namespace": "fenwick"}]
    (row,), _ = scrubbed(vocabulary, {"UserPrincipalName": "fenwick@x.com", "Text": "fenwick"})
    assert not holds(json.dumps(row), "fenwick")
    assert row["UserPrincipalName"].startswith(row["Text"] + "@")


# --- laws ------------------------------------------------------------------------------------------------------------
NAMES = st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=10)
SEGMENTS = st.lists(NAMES | st.integers(0, 99999).map(str), min_size=1, max_size=3).map("-".join)
GUIDS = st.uuids().map(str)
V4 = st.ip_addresses(v=4).filter(lambda each: not each.is_loopback and int(each)).map(str)


@st.composite
def somebody(draw):
    """A row, with the values that must not survive."""
    first, last, company, cluster, space = draw(NAMES), draw(NAMES), draw(NAMES), draw(SEGMENTS), draw(NAMES)
    subscription, object_id, address = draw(GUIDS), draw(GUIDS), draw(V4)
    mailbox = f"{first}.{last}@{company}.com"
    resource = (
        f"/subscriptions/{subscription}/resourceGroups/rg-{space}"
        f"/providers/Microsoft.ContainerService/managedClusters/{cluster}"
    )
    row = {
        "UserPrincipalName": mailbox,
        "UserDisplayName": f"{first.title()} {last.title()}",
        "Caller": draw(st.sampled_from([mailbox, object_id, f"system:serviceaccount:{space}:{last}"])),
        "Computer": f"{cluster}.{company}.local",
        "Namespace": space,
        "Text": f"{first} ({address}) used /api/v1/namespaces/{space}/pods/{cluster} of {object_id.upper()}",
        "Json": json.dumps({"who": mailbox.upper(), "from": [address], "in": resource.lower()}),
        "Details": {
            "user": {"username": mailbox, "uid": object_id},
            "objectRef": {"name": cluster, "namespace": space},
        },
        "_ResourceId": resource,
    }
    return row, {mailbox, first, last, company, space, address, object_id, subscription, cluster}


def kept(vocabulary, value: str) -> bool:
    """Whether a value may be there still: all of it is words of products, or numbers that tell nothing."""
    parts = re.findall(r"[^\W_]+", value)
    return all(vocabulary.is_structure(each) or (each.isdigit() and len(each) < 6) for each in parts)


@settings(max_examples=150)
@given(st.lists(somebody(), min_size=1, max_size=4))
def test_no_original_survives(empty, people):
    made, scrubber = scrubbed(empty, *(row for row, _ in people))
    text = json.dumps(made, ensure_ascii=False)
    secret = set().union(*(each for _, each in people))
    assert [each for each in secret if holds(text, each) and not kept(empty, each)] == []
    assert leaks(text, scrubber) == []


@settings(max_examples=100)
@given(st.lists(somebody(), min_size=1, max_size=4))
def test_equal_stays_equal_and_different_stays_different(empty, people):
    rows = [row for row, _ in people]
    made, _ = scrubbed(empty, *rows)
    for column in rows[0]:
        before = [json.dumps(row[column]) for row in rows]
        after = [json.dumps(row[column]) for row in made]
        for one in range(len(rows)):
            for other in range(len(rows)):
                assert (before[one] == before[other]) == (after[one] == after[other])
    for row, new in zip(rows, made, strict=True):
        # What stands in several places, in whatever form, is still the same in all of them.
        assert new["Details"]["user"]["username"] == new["UserPrincipalName"]
        assert json.loads(new["Json"])["who"] == new["UserPrincipalName"].upper()
        assert json.loads(new["Json"])["in"] == new["_ResourceId"].lower()
        assert new["Details"]["user"]["uid"].upper() in new["Text"]
        if row["Caller"] == row["UserPrincipalName"]:
            assert new["Caller"] == new["UserPrincipalName"]
        if not kept(empty, row["Namespace"]):
            assert f"/namespaces/{new['Namespace']}/pods/" in new["Text"]


@settings(max_examples=50)
@given(st.lists(somebody(), min_size=1, max_size=3))
def test_the_same_rows_and_key_give_the_same(empty, people):
    rows = [row for row, _ in people]
    assert scrubbed(empty, *rows)[0] == scrubbed(empty, *rows)[0]
    assert scrubbed(empty, *rows, key=b"other")[0] != scrubbed(empty, *rows)[0]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def form(value):
    """The types of a value, all the way down."""
    if isinstance(value, dict):
        return sorted(map(json.dumps, map(form, value.values())))
    return [form(each) for each in value] if isinstance(value, list) else type(value).__name__


@settings(max_examples=200)
@given(JSON, st.text(max_size=40))
def test_any_value_keeps_its_form(empty, value, text):
    row = {"Details": value, "Text": text, "Json": json.dumps(value)}
    (made,), scrubber = scrubbed(empty, row)
    assert form(made["Details"]) == form(value)
    assert isinstance(made["Text"], str)
    json.loads(made["Json"])
    assert all(-(2**63) <= each < 2**63 for each in numbers(made["Details"]))
    assert leaks(json.dumps(made, ensure_ascii=False), scrubber) == []


def numbers(value):
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return [number for each in inner for number in numbers(each)]
    return [value] if isinstance(value, int) and not isinstance(value, bool) else []
