"""What a preflight found, for people, for programs, and for GitHub."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from masthead.content.catalog import Connector
from masthead.content.connecting import Solution
from masthead.content.layout import Kind
from masthead.content.workspaces import Workspace
from masthead.kql.needs import Need
from masthead.report.preflight_github import render_github
from masthead.report.preflight_human import render_human
from masthead.report.preflight_json import render_json
from masthead.report.preflight_markdown import render_markdown
from masthead.report.preflight_words import span, table_words
from masthead.workspace.preflight.connectors import ConnectorState
from masthead.workspace.preflight.costs import Cost
from masthead.workspace.preflight.examine import Preflight, SourceReport, TableReport
from masthead.workspace.preflight.health import FailingRule
from masthead.workspace.preflight.reading import Piece
from masthead.workspace.preflight.remedies import Remedy
from masthead.workspace.preflight.states import OtherType, TablePlan, TableState
from masthead.workspace.preflight.verdicts import Expectation, Verdict

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
NOTHING = Expectation()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def piece(kind: Kind, use_case: str, slug: str):
    path = f"{kind}/{use_case}/{slug}.yaml"
    content = SimpleNamespace(path=path, use_case=use_case, slug=slug, file=SimpleNamespace(kind=kind))
    return Piece(content, (), {}, (), (), None, lambda query: Need())


STRANGER = piece(Kind.DETECTION, "quay", "stranger")
STEERS = piece(Kind.DETECTION, "bridge", "steers")
LOOSE = piece(Kind.HUNTING_QUERY, "quay", "loose-ends")
VIEW = piece(Kind.WORKBOOK, "quay", "view")


def table(name: str, verdict: Verdict, cost: Cost, expected=NOTHING, broken=None, **state):
    state = TableState(name=name, **({"exists": True} | state))
    return TableReport(state, verdict, expected, ("gate",), cost, broken or {})


GATE = SimpleNamespace(slug="gate", title="The gate's log")
MISSING = table("Gate", Verdict.MISSING, Cost([STRANGER, LOOSE], [VIEW], ["quay/stowaways"]), exists=False)
STALE = table(
    "Crew",
    Verdict.STALE,
    Cost([], [STEERS], []),
    Expectation(HOUR, timedelta(minutes=5)),
    plan=TablePlan.ANALYTICS,
    rows=3,
    last_row=AT - 2 * DAY,
    looked_back=7 * DAY,
)
SPARE = table("GateOld", Verdict.EMPTY, Cost(), rows=0, looked_back=7 * DAY)
GATE_V2 = Connector("GateV2", "Gate of the harbour", "current", None, ("Gate",), Solution("Harbour", "harbour"))
FOUND = Preflight(
    Workspace(name="soc", subscription="s", resource_group="rg-soc", workspace="log-soc"),
    AT,
    (
        SourceReport(
            GATE,
            (MISSING, STALE, SPARE),
            (ConnectorState(GATE_V2, "gate", False, False),),
            (Remedy('Install the solution "Harbour".'), Remedy("Open the gate.", "az gate open")),
        ),
    ),
    (FailingRule("A *stranger*", "Failure", "Table | missing", AT, "detections/quay/stranger.yaml"),),
    ("whether the moon is up.",),
    4,
)
WELL = replace(FOUND, sources=(SourceReport(GATE, (SPARE,), (), ()),), failing=(), unknown=(), pieces=1)


def test_for_people():
    assert (
        render_human(FOUND)
        == """\
Workspace soc: log-soc in rg-soc (public cloud)

The gate's log (gate)
  missing        Gate  the workspace has no such table
  stale          Crew  last row 2 days ago, expected every 1 hour
  lost: 1 detection and 1 hunting query
    quay: stranger, loose-ends
  sees less: 1 detection and 1 workbook
    bridge: steers
    quay: view
  without any other coverage: quay/stowaways
  - Install the solution "Harbour".
  - Open the gate.
      az gate open

Rules that fail
  A *stranger*: Failure, Table | missing  detections/quay/stranger.yaml

Not known: whether the moon is up.
Not needed, since others stand in: GateOld.
4 pieces of content read 3 tables; 2 gaps; lost: 1 detection and 1 hunting query; sees less: 1 detection and 1 workbook; 1 rule fails.
"""  # noqa: E501
    )


def test_for_people_when_all_is_well():
    assert (
        render_human(WELL)
        == """\
Workspace soc: log-soc in rg-soc (public cloud)

Not needed, since others stand in: GateOld.
1 piece of content reads 1 table; all that is needed is there and fresh.
"""
    )


def test_colours_are_only_added():
    coloured = render_human(FOUND, colour=True)
    assert "\033[31mmissing       \033[0m Gate" in coloured
    assert re.sub(r"\033\[\d+m", "", coloured) == render_human(FOUND)


def test_in_markdown():
    assert (
        render_markdown(FOUND)
        == """\
## Preflight of soc

4 pieces of content read 3 tables; 2 gaps; lost: 1 detection and 1 hunting query; sees less: 1 detection and 1 workbook; 1 rule fails.

### The gate's log (gate)

| table | verdict | |
| --- | --- | --- |
| `Gate` | missing | the workspace has no such table |
| `Crew` | stale | last row 2 days ago, expected every 1 hour |

<details><summary>Lost: 1 detection and 1 hunting query</summary>

- quay: stranger, loose-ends

</details>

<details><summary>See less: 1 detection and 1 workbook</summary>

- bridge: steers
- quay: view

</details>

Without any other coverage: quay/stowaways

1. Install the solution "Harbour".
2. Open the gate.

   ```sh
   az gate open
   ```


### Rules that fail

| rule | status | reason | file |
| --- | --- | --- | --- |
| A \\*stranger\\* | Failure | Table \\| missing | detections/quay/stranger.yaml |

- Not known: whether the moon is up.
- Not needed, since others stand in: GateOld.
"""  # noqa: E501
    )


def test_as_annotations():
    lines = render_github(FOUND).splitlines()
    assert lines[0].startswith(
        "::error title=The gate's log (gate)::Gate is missing: the workspace has no such table%0A"
    )
    assert lines[0].endswith("%0AOpen the gate. az gate open")
    assert lines[1:] == [
        "::error file=detections/quay/stranger.yaml,title=this rule fails::A *stranger*: Failure, Table | missing",
        "4 pieces of content read 3 tables; 2 gaps; lost: 1 detection and 1 hunting query; "
        "sees less: 1 detection and 1 workbook; 1 rule fails.",
    ]
    only_less = replace(FOUND, sources=(replace(FOUND.sources[0], tables=(STALE,)),), failing=())
    assert render_github(only_less).startswith("::warning title=")
    assert render_github(WELL) == "1 piece of content reads 1 table; all that is needed is there and fresh.\n"


def test_as_json():
    data = json.loads(render_json(FOUND))
    assert {key: data[key] for key in ("workspace", "at", "well", "content", "unknown")} == {
        "workspace": {"name": "soc", "id": FOUND.workspace.resource_id},
        "at": "2026-03-01T12:00:00+00:00",
        "well": False,
        "content": 4,
        "unknown": ["whether the moon is up."],
    }
    (source,) = data["sources"]
    assert source["connectors"] == [
        {
            "id": "GateV2",
            "title": "Gate of the harbour",
            "status": "current",
            "solution": "Harbour",
            "installed": False,
            "connected": False,
        }
    ]
    assert source["tables"][1] == {
        "name": "Crew",
        "verdict": "stale",
        "gap": True,
        "why": "last row 2 days ago, expected every 1 hour",
        "exists": True,
        "function": False,
        "plan": "Analytics",
        "rows": 3,
        "last_row": "2026-02-27T12:00:00+00:00",
        "looked_back": 604800.0,
        "expected_freshness": 3600.0,
        "delay": None,
        "expected_delay": 300.0,
        "missing_columns": [],
        "other_types": [],
        "lost": [],
        "sees_less": [STEERS.path],
        "broken_queries": {},
        "uncovered_risks": [],
    }
    assert json.loads(render_json(WELL))["well"] is True


@pytest.mark.parametrize(
    ("report", "words"),
    [
        (
            table("T", Verdict.WRONG_PLAN, Cost(), plan=TablePlan.BASIC),
            "on the Basic plan, which scheduled rules cannot read",
        ),
        (table("T", Verdict.EMPTY, Cost(), rows=0, looked_back=DAY), "no row in 1 day"),
        (
            table("T", Verdict.EMPTY, Cost(), Expectation(rows="x == 1"), rows=0, looked_back=DAY),
            "no row that is this source's in 1 day",
        ),
        (
            table("T", Verdict.SCHEMA, Cost(), missing_columns=("A",), other_types=(OtherType("B", "long", "string"),)),
            "no column A, B is string instead of long",
        ),
        (
            table("T", Verdict.LATE, Cost(), Expectation(delay=timedelta(minutes=5)), delay=timedelta(minutes=40)),
            "rows come up to 40 minutes late, usually 5 minutes: rules that look back less miss them",
        ),
        (table("T", Verdict.UNKNOWN, Cost(), exists=None, unknown="You may not."), "You may not."),
        (
            table("T", Verdict.OK, Cost(), rows=1234, looked_back=DAY, last_row=AT - HOUR),
            "1,234 rows in 1 day, the last 1 hour ago",
        ),
    ],
)
def test_the_words_for_a_table(report, words):
    assert table_words(report, AT) == words


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(), "0 seconds"),
        (timedelta(seconds=-3), "0 seconds"),
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=119), "2 minutes"),
        (timedelta(hours=23, minutes=59), "24 hours"),
        (timedelta(days=2.6), "3 days"),
    ],
)
def test_a_length_of_time(length, words):
    assert span(length) == words
