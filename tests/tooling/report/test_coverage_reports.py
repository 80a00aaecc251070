"""Each report on coverage, whole, for the same small matrix."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from masthead.content.layout import Kind
from masthead.coverage.evidence import Evidence
from masthead.coverage.matrix import Coverage, Piece, build_matrix
from masthead.report.coverage_markdown import render_markdown
from masthead.report.coverage_navigator import render_navigator
from masthead.report.coverage_pages import BEGIN, END, coverage_page, with_matrix
from masthead.report.coverage_table import render_text

HARBOUR = SimpleNamespace(
    slug="harbour",
    title="The harbour | docks",
    log_sources=("gate-log", "camera"),
    risks={"stowaways": "Somebody comes aboard.", "smuggling": "Goods leave.", "fire": "It burns."},
    not_shown={},
    also_useful=(),
)
BRIDGE = SimpleNamespace(
    slug="bridge",
    title="The bridge",
    log_sources=("camera",),
    risks={"mutiny": "Somebody else."},
    not_shown={},
    also_useful=(),
)

HOLD = SimpleNamespace(
    slug="hold",
    title="The hold",
    log_sources=("camera",),
    risks={"rats": "Many.", "rot": "Slow."},
    also_useful=(),
    not_shown={"rot": "Nobody | writes\n it down."},
)


def piece(path: str, kind: Kind, evidence: Evidence, risks: list[tuple[str, str]], **sources: Evidence) -> Piece:
    named = {name.replace("_", "-"): each for name, each in sources.items()}
    techniques = {Kind.DETECTION: ("T1098", "T1098.003"), Kind.HUNTING_QUERY: ("T1098",)}.get(kind, ())
    return Piece(path, kind, path.upper(), tuple(risks), evidence, named, ("T",), ("Persistence",), techniques)


@pytest.fixture
def coverage() -> Coverage:
    stowaways, smuggling = ("harbour", "stowaways"), ("harbour", "smuggling")
    return build_matrix(
        [HARBOUR, BRIDGE, HOLD],
        [
            piece("a.yaml", Kind.DETECTION, Evidence.RECORDED, [stowaways, smuggling], gate_log=Evidence.RECORDED),
            piece("b.yaml", Kind.DETECTION, Evidence.UNTESTED, [stowaways], gate_log=Evidence.UNTESTED),
            piece("c.yaml", Kind.HUNTING_QUERY, Evidence.CONSTRUCTED, [smuggling], gate_log=Evidence.CONSTRUCTED),
            piece(
                "d.yaml",
                Kind.HUNTING_QUERY,
                Evidence.VENDOR_SAMPLE,
                [("bridge", "mutiny")],
                camera=Evidence.VENDOR_SAMPLE,
            ),
            piece("f.yaml", Kind.HUNTING_QUERY, Evidence.UNTESTED, [], camera=Evidence.UNTESTED),
            piece("h.yaml", Kind.WORKBOOK, Evidence.RECORDED, [("bridge", "mutiny")], camera=Evidence.RECORDED),
            piece("g.yaml", Kind.DETECTION, Evidence.DERIVED, [("harbour", "fire")], camera=Evidence.DERIVED),
        ],
        ["e.yaml:1:2: MH004 broken <b>\x1b[2J"],
    )


TABLE = """\
                 gate-
use case / risk  log    camera
harbour
  stowaways      ● 2    –
  smuggling      ● 1+1  –
  fire           –      ◑ 1
bridge
  mutiny                ● 0+1+1
hold                    –
proven by rows that were ● recorded, ◕ published by the vendor, ◑ derived from recorded objects, ◔
constructed; ○ untested; – blind
3+1+1: three detections, one hunting query, one workbook

4 of 6 risks addressed, 1 of them by no detection, 1 risk that no log can show: 3 detections, 3
hunting queries, 1 workbook. Strongest proof for each: recorded 3, derived 1.

Not addressed
  hold  rats

Not shown by any log
  hold/rot  Nobody | writes it down.

Lost if a log source stops (risks by use case)
  gate-log  harbour (2)
  camera    harbour (1), bridge (1)

Content that addresses no risk of the catalog
  f.yaml

Not counted
  e.yaml:1:2: MH004 broken <b>\\u001b[2J
"""


def test_the_table(coverage):
    assert render_text(coverage, 100) == TABLE


def test_the_table_names_its_columns_by_letters_where_there_is_no_room(coverage):
    lines = render_text(coverage, 30).splitlines()
    assert lines[:3] == ["use case / risk  A", "harbour", "  stowaways      ● 2"]
    assert lines[9:12] == ["use case / risk  B", "harbour", "  stowaways      –"]
    assert "A gate-log, B camera" in lines


MARKDOWN = """\
## Coverage

4 of 6 risks addressed, 1 of them by no detection, 1 risk that no log can show: 3 detections, 3 hunting queries, \
1 workbook. Strongest proof for each: recorded 3, derived 1.

| Use case | gate-log | camera |
| --- | :-: | :-: |
| The harbour \\| docks | ● 2+1 | ◑ 1 |
| The bridge |  | ● 0+1+1 |
| The hold |  | – |

<sub>proven by rows that were ● recorded, ◕ published by the vendor, ◑ derived from recorded objects, \
◔ constructed; ○ untested; – blind\
<br>3+1+1: three detections, one hunting query, one workbook</sub>

<details><summary>By risk</summary>

| Risk | gate-log | camera |
| --- | :-: | :-: |
| harbour/stowaways | ● 2 | – |
| harbour/smuggling | ● 1+1 | – |
| harbour/fire | – | ◑ 1 |
| bridge/mutiny |  | ● 0+1+1 |
| hold/rats |  | – |
| hold/rot |  | – |

</details>

### Not addressed

- hold: rats

### Not shown by any log

- hold/rot: Nobody \\| writes it down.

### Lost if a log source stops

- gate-log: harbour/stowaways, harbour/smuggling
- camera: harbour/fire, bridge/mutiny

### Content that addresses no risk of the catalog

- f.yaml

### Not counted

- e.yaml:1:2: MH004 broken &lt;b>\\u001b[2J
"""


def test_the_markdown(coverage):
    assert render_markdown(coverage) == MARKDOWN


def test_the_navigator_layer(coverage):
    layer = json.loads(render_navigator(coverage))
    assert layer == {
        "name": "Masthead coverage",
        "versions": {"attack": "18", "navigator": "4.9.0", "layer": "4.5"},
        "domain": "enterprise-attack",
        "description": "Techniques that the detections and hunting queries address, by what proves them.",
        "layout": {"layout": "side", "expandedSubtechniques": "annotated"},
        "techniques": [
            {
                "techniqueID": "T1098",
                "score": 5,
                "color": "#1b7837",
                "comment": "A.YAML (recorded)\nB.YAML (untested)\nC.YAML (constructed)\nD.YAML (vendor-sample)\n"
                "F.YAML (untested)\nG.YAML (derived)",
                "enabled": True,
            },
            {
                "techniqueID": "T1098.003",
                "score": 5,
                "color": "#1b7837",
                "comment": "A.YAML (recorded)\nB.YAML (untested)\nG.YAML (derived)",
                "enabled": True,
            },
        ],
        "gradient": {"colors": ["#fee391", "#d9f0d3", "#a6dba0", "#5aae61", "#1b7837"], "minValue": 1, "maxValue": 5},
        "legendItems": [
            {"label": "recorded", "color": "#1b7837"},
            {"label": "vendor-sample", "color": "#5aae61"},
            {"label": "derived", "color": "#a6dba0"},
            {"label": "constructed", "color": "#d9f0d3"},
            {"label": "untested", "color": "#fee391"},
        ],
    }


def test_a_project_without_risks_and_content_is_reported_too():
    assert "0 of 0 risks addressed: 0 detections, 0 hunting queries, 0 workbooks." in render_text(
        build_matrix([], []), 80
    )


PAGE = """\
## The harbour \\| docks

| Risk | Content | Proof by log source |
| --- | --- | --- |
| stowaways | [A.YAML](../a.yaml) | ● gate-log |
|  | [B.YAML](../b.yaml) | ○ gate-log |
| smuggling | [A.YAML](../a.yaml) | ● gate-log |
|  | [C.YAML](../c.yaml) (hunting query) | ◔ gate-log |
| fire | [G.YAML](../g.yaml) | ◑ camera |

## The bridge

| Risk | Content | Proof by log source |
| --- | --- | --- |
| mutiny | [D.YAML](../d.yaml) (hunting query) | ◕ camera |
|  | [H.YAML](../h.yaml) (workbook) | ● camera |

## The hold

| Risk | Content | Proof by log source |
| --- | --- | --- |
| rats | **nothing** | |
| rot | no log can show it | |

Nothing here reads camera.

## What is missing

### Not addressed
"""


def test_the_page_has_the_proof_behind_each_cell(coverage):
    page = coverage_page(coverage)
    matrix, gaps = MARKDOWN.partition("<details>")[0].partition("\n\n")[2], MARKDOWN.partition("### Not addressed")[2]
    before, rest = page.partition("## The harbour")[0], page.partition("## The harbour")[1:]
    assert before.endswith(f"\n\n{matrix}")
    assert "".join(rest) == PAGE.rstrip("\n") + gaps


def test_the_readme_gets_the_matrix_between_its_marks_and_keeps_the_rest(coverage):
    matrix = MARKDOWN.partition("<details>")[0].partition("\n\n")[2]
    for old in ("", "\n\nsomething of yesterday\n\n"):
        readme = f"# A\n\n{BEGIN}{old}{END}\n\nB\n"
        assert with_matrix(readme, coverage) == f"# A\n\n{BEGIN}\n\n{matrix}{END}\n\nB\n"
