"""The whole of what coverage says about a small project."""

from __future__ import annotations

from masthead.coverage.measure import measure
from masthead.report.coverage_json import as_data

PASSAGE, SEEN, NOWHERE = (f"detections/harbour/{slug}.yaml" for slug in ("passage", "seen", "nowhere"))
SIGHTED = "hunting/harbour/sighted.yaml"


def test_everything_about_a_small_project(make_project):
    assert as_data(measure(make_project())) == {
        "summary": {
            "risks": 3,
            "addressed": 2,
            "by_no_detection": 0,
            "not_shown": 0,
            "detections": 3,
            "hunting_queries": 1,
            "workbooks": 0,
        },
        "use_cases": [
            {
                "slug": "harbour",
                "title": "The harbour",
                "blind_log_sources": [],
                "risks": [
                    {
                        "slug": "stowaways",
                        "description": "Somebody comes aboard unseen.",
                        "evidence": "recorded",
                        "cells": [
                            {
                                "log_source": "gate",
                                "expected": True,
                                "evidence": "recorded",
                                "detections": [PASSAGE, SEEN],
                                "hunting_queries": [],
                                "workbooks": [],
                            },
                            {
                                "log_source": "camera",
                                "expected": True,
                                "evidence": "constructed",
                                "detections": [SEEN],
                                "hunting_queries": [SIGHTED],
                                "workbooks": [],
                            },
                        ],
                    },
                    {
                        "slug": "smuggling",
                        "description": "Goods leave unseen.",
                        "evidence": None,
                        "cells": [blind("gate"), blind("camera")],
                    },
                ],
            },
            {
                "slug": "bridge",
                "title": "The bridge",
                "blind_log_sources": ["camera"],
                "risks": [
                    {
                        "slug": "mutiny",
                        "description": "Somebody else steers.",
                        "evidence": "recorded",
                        "cells": [
                            {
                                "log_source": "gate",
                                "expected": False,
                                "evidence": "recorded",
                                "detections": [PASSAGE],
                                "hunting_queries": [],
                                "workbooks": [],
                            },
                            blind("camera"),
                        ],
                    }
                ],
            },
        ],
        "log_sources": [
            {"slug": "gate", "risks_lost_without_it": ["bridge/mutiny"]},
            {"slug": "camera", "risks_lost_without_it": []},
            {"slug": "radio", "risks_lost_without_it": []},
        ],
        "content": [
            content(NOWHERE, "Rule on union", "untested", ["harbour/no-such-risk"], camera="untested", radio="untested")
            | {"tables": ["RadioLog", "CameraLog"]},
            content(
                PASSAGE,
                "Rule on Passages('mallory')",
                "recorded",
                ["harbour/stowaways", "bridge/mutiny"],
                gate="recorded",
            )
            | {"tables": ["GateLog"]},
            content(
                SEEN, "Rule on CameraLog", "constructed", ["harbour/stowaways"], camera="constructed", gate="untested"
            )
            | {"tables": ["CameraLog", "GateLog"]},
            content(SIGHTED, "Who was sighted", "untested", ["harbour/stowaways"], camera="untested")
            | {"kind": "hunting-query", "tables": ["CameraLog"], "tactics": [], "techniques": []},
        ],
        "risks_not_shown": {},
        "unaddressed_risks": ["harbour/smuggling"],
        "content_without_risk": [NOWHERE],
        "problems": [],
    }


def blind(source):
    nothing = {"detections": [], "hunting_queries": [], "workbooks": []}
    return {"log_source": source, "expected": True, "evidence": None, **nothing}


def content(path, name, evidence, risks, **sources):
    return {
        "path": path,
        "kind": "detection",
        "name": name,
        "evidence": evidence,
        "risks": risks,
        "log_sources": sources,
        "tactics": ["Persistence"],
        "techniques": ["T1098"],
    }


def test_content_that_cannot_be_read_is_named_and_not_counted(make_project):
    coverage = measure(
        make_project(
            {
                "detections/harbour/broken.yaml": "id: [",
                "tests/detections/harbour/seen.yaml": "cases: 3",
                "tests/detections/harbour/nowhere.yaml": "cases: [{name: a, logs: [lost], expect: {alerts: [{}]}}]",
            }
        )
    )
    assert [piece.path for piece in coverage.pieces] == [PASSAGE, SIGHTED]
    assert [problem.split(" ")[0:2] for problem in coverage.problems] == [
        ["detections/harbour/broken.yaml:1:6:", "MH004"],
        ["tests/detections/harbour/nowhere.yaml:1:26:", "MH017"],
        ["tests/detections/harbour/seen.yaml:1:8:", "MH008"],
    ]


def test_a_project_without_a_catalog_has_no_risks(make_project):
    coverage = measure(make_project({"catalog/use-cases.yaml": None}))
    assert (coverage.risks, len(coverage.unplaced)) == ((), 4)


def test_a_query_too_costly_to_bind_is_named(make_project):
    query = "GateLog | where Who == 'x'" + " or Who == 'x'" * 80_000
    coverage = measure(make_project({"detections/harbour/seen.yaml": {**_seen(make_project), "query": query}}))
    assert [problem.split(":")[0] for problem in coverage.problems] == [SEEN]


def _seen(make_project):
    return make_project().detections.get("seen").document.data
