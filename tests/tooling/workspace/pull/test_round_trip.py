"""The law of pulling: what is pulled wants of the workspace what the workspace has."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from masthead.content.project import Project
from masthead.content.workspaces import Workspace
from masthead.workspace.desired import desired
from masthead.workspace.live import LiveState
from masthead.workspace.normal import normal
from masthead.workspace.pull.names import Selection
from masthead.workspace.pull.pulling import Pull, pull, write
from masthead.workspace.resources import Desired, Key, Live, ResourceKind

ROOT = Path(__file__).parents[4]
WORKSPACE = Workspace(name="prod", subscription="s", resource_group="rg", workspace="ws")
GUID = "a29be471-ba1c-44d8-a034-79e22c59915b"


def state(resources: list[Live]) -> LiveState:
    return LiveState({each.key: each for each in resources}, {}, frozenset())


def as_live(wanted: Desired) -> Live:
    return Live(key=wanted.key, title=wanted.title, body=wanted.body, items=wanted.items)


def wanted_of(pulled: Pull) -> dict[Key, Desired]:
    """What a project wants that has nothing but what was pulled."""
    with TemporaryDirectory() as folder:
        write(Path(folder), pulled.pulled)
        return {each.key: each for each in desired(Project.load(Path(folder)), WORKSPACE, tables=False)}


@pytest.fixture(scope="module")
def ours() -> list[Desired]:
    return desired(Project.load(ROOT), WORKSPACE, tables=False)


def test_all_content_of_this_repository_comes_back_from_a_workspace(ours: list[Desired]) -> None:
    live = state([as_live(each) for each in ours])
    pulled = pull(Project.load(ROOT), WORKSPACE, live, Selection(), apart=True)
    assert (pulled.left, len(pulled.pulled)) == ((), len(ours))
    again = wanted_of(pulled)
    assert {key: normal(each) for key, each in again.items()} == {each.key: normal(each) for each in ours}


def test_content_of_this_repository_that_nobody_changed_is_not_written(ours: list[Desired]) -> None:
    pulled = pull(Project.load(ROOT), WORKSPACE, state([as_live(each) for each in ours]), Selection())
    assert (pulled.pulled, pulled.left, pulled.unchanged) == ((), (), len(ours))


# --- any resource that content can say -------------------------------------------------------------------------------
WORDS = st.sampled_from(["a", "B c", "é", "#", ": ", "{{A}}", "'", '"', "\\", "| take 1", "no", "1.0", "[x]", "😀"])
LINES = st.lists(WORDS, min_size=1, max_size=3).map(" ".join).filter(str.strip)
BROKEN = st.sampled_from(["\n", "\r\n", "\n\n", "\n  "])
COLUMNS = st.sampled_from(["Who", "Account_Name", "_ResourceId"])
NAMES = LINES.map(str.strip).filter(bool)


@st.composite
def texts(draw: st.DrawFn) -> str:
    first, *rest = draw(st.lists(LINES, min_size=1, max_size=3))
    return first + "".join(draw(BROKEN) + each for each in rest) + draw(st.sampled_from(["", "\n", "  \n"]))


def some(values: list[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=3)


def nothing_or(value: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | value


DURATIONS = st.sampled_from(["PT5M", "PT60M", "PT1H", "P1D", "PT24H", "P14D"])
MAPPINGS = st.lists(
    st.fixed_dictionaries(
        {
            "entityType": st.sampled_from(["Account", "IP"]),
            "fieldMappings": st.lists(
                st.fixed_dictionaries({"identifier": st.just("Name"), "columnName": COLUMNS}), min_size=1, max_size=2
            ),
        }
    ),
    max_size=2,
)
OVERRIDES = st.fixed_dictionaries(
    {},
    optional={
        "alertDisplayNameFormat": st.just("{{Who}} was: here"),
        "alertSeverityColumnName": COLUMNS,
        "alertDynamicProperties": st.just([{"alertProperty": "AlertLink", "value": "Who"}]),
    },
)
GROUPING = st.fixed_dictionaries(
    {
        "enabled": st.booleans(),
        "reopenClosedIncident": st.booleans(),
        "lookbackDuration": DURATIONS,
        "matchingMethod": st.sampled_from(["AllEntities", "anyalert", "Selected"]),
        "groupByEntities": some(["Account", "IP"]),
        "groupByAlertDetails": some(["DisplayName", "Severity"]),
        "groupByCustomDetails": st.none(),
    }
)
COMMON = {
    "displayName": NAMES,
    "description": texts(),
    "severity": st.sampled_from(["High", "medium", "Low", "Informational"]),
    "enabled": st.booleans(),
    "query": texts(),
    "suppressionEnabled": st.booleans(),
    "suppressionDuration": DURATIONS,
    "tactics": some(["Persistence", "Impact", "Discovery"]),
    "entityMappings": nothing_or(MAPPINGS),
    "customDetails": nothing_or(st.dictionaries(st.sampled_from(["Who", "If"]), COLUMNS, max_size=2)),
    "alertDetailsOverride": nothing_or(OVERRIDES),
    "eventGroupingSettings": nothing_or(
        st.fixed_dictionaries({"aggregationKind": st.sampled_from(["SingleAlert", "AlertPerResult"])})
    ),
    "incidentConfiguration": nothing_or(
        st.fixed_dictionaries({"createIncident": st.booleans(), "groupingConfiguration": nothing_or(GROUPING)})
    ),
    "templateVersion": st.none(),
    "lastModifiedUtc": st.just("2026-01-05T10:00:00.0000000Z"),
}
SCHEDULE = {
    "queryFrequency": DURATIONS,
    "queryPeriod": DURATIONS,
    "triggerOperator": st.sampled_from(["GreaterThan", "lessThan", "Equal", "NotEqual"]),
    "triggerThreshold": st.integers(0, 10_000),
}


@st.composite
def rules(draw: st.DrawFn) -> Live:
    kind = draw(st.sampled_from(["Scheduled", "NRT"]))
    properties = draw(st.fixed_dictionaries(COMMON | (SCHEDULE if kind == "Scheduled" else {})))
    subs = draw(some(["T1098.001", "T1098.006", "T1078.004"]))
    alone = draw(some(["T1613", "T1098"]))
    properties["techniques"] = list(dict.fromkeys([*(each.partition(".")[0] for each in subs), *alone]))
    properties["subTechniques"] = subs
    if draw(st.booleans()):
        properties["alertRuleTemplateName"], properties["templateVersion"] = GUID, "1.2.3"
    key = Key(ResourceKind.DETECTION, GUID)
    return Live(key=key, title=properties["displayName"], body={"kind": kind, "properties": properties})


@st.composite
def searches(draw: st.DrawFn) -> Live:
    hunting = draw(st.booleans())
    tags = {"description": draw(NAMES), "createdBy": "somebody"}
    properties = {"displayName": draw(NAMES), "query": draw(texts()), "version": 2}
    if hunting:
        properties["category"] = "Hunting Queries"
        tags |= {"Tactics": "Persistence, Impact", "techniques": draw(st.sampled_from(["", "T1078.004,T1613"]))}
    else:
        properties["category"] = draw(st.sampled_from(["Functions", "Security", "1.0"]))
        properties["functionAlias"] = "Recent"
        properties["functionParameters"] = draw(
            st.sampled_from(["", "a:string", "a : string = 'x,y', b:dynamic=dynamic([1, 2])", "a:timespan = 1d"])
        )
    if draw(st.booleans()):
        tags["Team"] = draw(NAMES)
    properties["tags"] = [{"name": name, "value": value} for name, value in tags.items()]
    kind = ResourceKind.HUNTING_QUERY if hunting else ResourceKind.FUNCTION
    return Live(key=Key(kind, GUID), title=properties["displayName"], body={"properties": properties})


@st.composite
def lists(draw: st.DrawFn) -> Live:
    items = draw(st.lists(st.fixed_dictionaries({"Who": WORDS | BROKEN, "B": WORDS}), min_size=1, max_size=3))
    properties = {
        "displayName": draw(NAMES),
        "description": draw(texts()),
        "provider": draw(NAMES | st.just("Masthead")),
        "itemsSearchKey": "Who",
        "watchlistAlias": "People",
        "source": "a.csv",
    }
    return Live(
        key=Key(ResourceKind.WATCHLIST, "People"),
        title="x",
        body={"properties": properties},
        items=tuple(items),
    )


@st.composite
def workbooks(draw: st.DrawFn) -> Live:
    page = {"version": "Notebook/1.0", "items": [{"type": 1, "content": {"json": draw(texts())}, "name": draw(LINES)}]}
    properties = {
        "displayName": draw(NAMES),
        "description": draw(nothing_or(texts())),
        "serializedData": json.dumps(page, ensure_ascii=draw(st.booleans())),
        "category": "sentinel",
        "version": "Notebook/1.0",
        "sourceId": WORKSPACE.resource_id.lower(),
    }
    key = Key(ResourceKind.WORKBOOK, GUID)
    return Live(key=key, title=properties["displayName"], body={"kind": "shared", "properties": properties})


@settings(max_examples=60)
@given(rules() | searches() | lists() | workbooks())
def test_what_is_pulled_wants_what_is_there(live: Live) -> None:
    assume(normal(live).get("query", "x"))
    before = copy.deepcopy(live)
    pulled = pull(Project(Path("/nowhere")), WORKSPACE, state([live]), Selection(), apart=True)
    assert pulled.left == ()
    (wanted,) = wanted_of(pulled).values()
    assert (wanted.key, normal(wanted)) == (live.key, normal(live))
    assert live == before
