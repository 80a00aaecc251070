"""Which log sources content depends on."""

from __future__ import annotations

import pytest

from masthead.coverage.sources import TableReader


@pytest.mark.parametrize(
    ("query", "connectors", "sources"),
    [
        pytest.param("GateLog", [], {"gate": ("GateLog",)}, id="the table it names"),
        pytest.param("Passages('eve')", [], {"gate": ("GateLog",)}, id="a table inside a function"),
        pytest.param("let seen = CameraLog; seen", [], {"camera": ("CameraLog",)}, id="a table bound by let"),
        pytest.param(
            "union Gate*, RadioLog", [], {"gate": ("GateLog",), "radio": ("RadioLog",)}, id="tables named by a wildcard"
        ),
        pytest.param(
            "search in (Radio*, GateLog) 'eve'",
            [],
            {"radio": ("RadioLog",), "gate": ("GateLog",)},
            id="tables searched",
        ),
        pytest.param("GateLog | search 'eve'", [], {"gate": ("GateLog",)}, id="a search of rows already read"),
        pytest.param("table('CameraLog')", [], {"camera": ("CameraLog",)}, id="a table named by a string"),
        pytest.param("// CameraLog\nGateLog", [], {"gate": ("GateLog",)}, id="not a table in a comment"),
        pytest.param(
            "SharedLog", ["Camera"], {"camera": ("SharedLog",)}, id="of two sources the one whose connector it requires"
        ),
        pytest.param(
            "SharedLog",
            ["Other"],
            {"gate": ("SharedLog",), "camera": ("SharedLog",)},
            id="both when it requires neither",
        ),
        pytest.param("StrayLog", [], {None: ("StrayLog",)}, id="no source fills the table"),
        pytest.param("print 1", [], {}, id="no table at all"),
    ],
)
def test_the_log_sources_of_a_query(make_project, make_detection, query, connectors, sources):
    stray = {"name": "StrayLog", "description": "Rows.", "columns": {"TimeGenerated": "datetime"}}
    project = make_project(
        {
            "catalog/tables/StrayLog.yaml": stray,
            "detections/harbour/seen.yaml": make_detection(query, [], connectors),
        }
    )
    assert TableReader(project).tables_by_source(project.detections.get("seen")) == sources
