"""What cases prove, by where their recordings come from."""

from __future__ import annotations

import pytest

from masthead.coverage.evidence import Evidence, proof, strongest

ALERT = {"alerts": [{"severity": "High"}]}
RECORDINGS = {"real": "recorded", "sample": "vendor-sample", "made": "constructed"}


def cases(*written):
    return {"cases": [{"name": f"case {number}", **each} for number, each in enumerate(written)]}


@pytest.mark.parametrize(
    ("written", "proven"),
    [
        pytest.param([{"logs": ["real"], "expect": ALERT}], "recorded", id="a recording of a real system"),
        pytest.param([{"logs": ["sample"], "expect": ALERT}], "vendor-sample", id="a sample of the vendor"),
        pytest.param([{"logs": ["made"], "expect": ALERT}], "constructed", id="rows that somebody constructed"),
        pytest.param([{"logs": ["real"], "expect": {"alerts": []}}], "untested", id="silence proves nothing"),
        pytest.param([{"logs": [], "expect": ALERT}], "untested", id="no logs prove nothing"),
        pytest.param(
            [{"logs": ["made"], "expect": ALERT}, {"logs": ["sample"], "expect": ALERT}],
            "vendor-sample",
            id="the strongest case counts",
        ),
        pytest.param(
            [{"logs": ["made", "sample"], "expect": ALERT}],
            "constructed",
            id="a case is as strong as its weakest recording",
        ),
        pytest.param(
            [{"logs": ["real", "elsewhere"], "expect": ALERT}],
            "recorded",
            id="a recording of other tables is a bystander",
        ),
        pytest.param(
            [{"logs": ["real"], "given": "GateLog | extend Who = 'eve'", "expect": ALERT}],
            "constructed",
            id="a recording varied in KQL is constructed",
        ),
        pytest.param([{"logs": ["real"], "expect": {"incidents": 1}}], "recorded", id="an incident is a find"),
        pytest.param([{"logs": ["real"], "expect": {"rows": [{"Who": "eve"}]}}], "recorded", id="rows are a find"),
    ],
)
def test_what_cases_prove(make_project, make_recording, written, proven):
    recordings = {
        f"tests/recordings/{name}/recording.yaml": make_recording(kind, "GateLog") for name, kind in RECORDINGS.items()
    }
    elsewhere = {"tests/recordings/elsewhere/recording.yaml": make_recording("constructed", "RadioLog")}
    project = make_project(recordings | elsewhere | {"tests/detections/harbour/passage.yaml": cases(*written)})
    content = project.detections.get("passage")
    assert proof(project, project.cases_for(content), ["GateLog"]) == proven


@pytest.mark.parametrize(
    ("read", "proven"),
    [
        (["GateLog"], "recorded"),
        (["RadioLog"], "derived"),
        (["GateLog", "RadioLog"], "derived"),
        (["RadioLog", "CameraLog"], "constructed"),
        (["SharedLog"], "untested"),
    ],
)
def test_the_weakest_of_the_tables_that_the_content_reads_counts(make_project, make_recording, read, proven):
    day = make_recording("recorded", "GateLog", "RadioLog", "CameraLog")
    day["provenance"]["tables"] = {"RadioLog": "derived", "CameraLog": "constructed"}
    project = make_project(
        {
            "tests/recordings/day/recording.yaml": day,
            "tests/detections/harbour/passage.yaml": cases({"logs": ["day"], "expect": ALERT}),
        }
    )
    content = project.detections.get("passage")
    assert proof(project, project.cases_for(content), read) == proven


def test_evidence_is_ranked():
    assert [each.strength for each in Evidence] == [4, 3, 2, 1, 0]


@pytest.mark.parametrize(("count", "proven"), [(0, "untested"), (3, "recorded")])
def test_a_count_of_hunting_rows_proves_something_when_it_is_not_zero(make_project, count, proven):
    project = make_project(
        {"tests/hunting/harbour/sighted.yaml": cases({"logs": ["gate-day"], "expect": {"count": count}})}
    )
    content = project.hunting_queries.get("sighted")
    assert proof(project, project.cases_for(content), ["GateLog"]) == proven


def test_content_without_cases_is_untested(make_project):
    assert proof(make_project(), None, ["GateLog"]) is Evidence.UNTESTED


def test_the_strongest_of_no_evidence_is_none():
    assert strongest([]) is None
