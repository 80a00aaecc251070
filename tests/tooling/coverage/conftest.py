"""A small project: two use cases, three log sources, four pieces of content."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

from masthead.content.project import Project

USE_CASES = {
    "use_cases": [
        {
            "slug": "harbour",
            "title": "The harbour",
            "description": "Who comes and goes.",
            "logSources": ["gate", "camera"],
            "risks": {"stowaways": "Somebody comes aboard unseen.", "smuggling": "Goods leave unseen."},
        },
        {
            "slug": "bridge",
            "title": "The bridge",
            "description": "Who steers.",
            "logSources": ["camera"],
            "risks": {"mutiny": "Somebody else steers."},
        },
    ]
}


def table(name: str) -> dict[str, Any]:
    """A table with a time and a person."""
    return {"name": name, "description": "Rows.", "columns": {"TimeGenerated": "datetime", "Who": "string"}}


def source(slug: str, tables: list[str], connector: str) -> dict[str, Any]:
    """A log source with one connector."""
    connectors = [{"id": connector, "title": connector}]
    return {"slug": slug, "title": slug, "description": "Logs.", "tables": tables, "connectors": connectors}


def detection(query: str, risks: Iterable[str], connectors: Iterable[str] = ()) -> dict[str, Any]:
    """An NRT rule with this query."""
    return {
        "id": "11111111-1111-4111-8111-111111111111",
        "name": f"Rule on {query.split()[0]}",
        "description": "Finds it.",
        "severity": "High",
        "kind": "NRT",
        "query": query,
        "version": "1.0.0",
        "tactics": ["Persistence"],
        "relevantTechniques": ["T1098"],
        "requiredDataConnectors": [{"connectorId": each, "dataTypes": []} for each in connectors],
        "metadata": {"risks": list(risks)},
    }


def recording(kind: str, *tables: str) -> dict[str, Any]:
    """A recording of `tables` with this provenance."""
    return {
        "title": "A day",
        "description": "What happened.",
        "provenance": {"kind": kind, "source": "https://example.com"},
        "period": {"from": "2026-01-01T00:00:00Z", "to": "2026-01-02T00:00:00Z"},
        "tables": list(tables),
    }


def case(*logs: str, expect: dict[str, Any], given: str | None = None) -> dict[str, Any]:
    """A file with one case."""
    written = {"name": "a case", "logs": list(logs), "expect": expect}
    return {"cases": [written | ({"given": given} if given else {})]}


FILES: dict[str, Any] = {
    "catalog/use-cases.yaml": USE_CASES,
    "catalog/sources/gate.yaml": source("gate", ["GateLog", "SharedLog"], "Gate"),
    "catalog/sources/camera.yaml": source("camera", ["CameraLog", "SharedLog"], "Camera"),
    "catalog/sources/radio.yaml": source("radio", ["RadioLog"], "Radio"),
    **{f"catalog/tables/{name}.yaml": table(name) for name in ("GateLog", "CameraLog", "SharedLog", "RadioLog")},
    "functions/Passages.yaml": {
        "id": "22222222-2222-4222-8222-222222222222",
        "name": "Passages",
        "version": "1.0.0",
        "description": "Who passed the gate.",
        "functionAlias": "Passages",
        "functionParameters": [{"name": "who", "type": "string"}],
        "query": "GateLog | where Who == who",
    },
    "tests/recordings/gate-day/recording.yaml": recording("recorded", "GateLog"),
    "tests/recordings/camera-day/recording.yaml": recording("constructed", "CameraLog"),
    "detections/harbour/passage.yaml": detection("Passages('mallory')", ["stowaways", "bridge/mutiny"]),
    "tests/detections/harbour/passage.yaml": case("gate-day", "camera-day", expect={"alerts": [{"severity": "High"}]}),
    "detections/harbour/seen.yaml": detection("CameraLog | join GateLog on Who", ["stowaways"]),
    "tests/detections/harbour/seen.yaml": case("camera-day", expect={"alerts": [{}]}),
    "detections/harbour/nowhere.yaml": detection("union RadioLog, CameraLog", ["no-such-risk"]),
    "hunting/harbour/sighted.yaml": {
        "id": "33333333-3333-4333-8333-333333333333",
        "name": "Who was sighted",
        "description": "Lists them.",
        "query": "CameraLog | take 10",
        "metadata": {"risks": ["stowaways"]},
    },
}

MakeProject = Callable[..., Project]


@pytest.fixture
def make_project(tmp_path: Path) -> MakeProject:
    """Writes FILES and what the test adds, or leaves out with None, and opens the project."""

    def make(changes: dict[str, Any] | None = None) -> Project:
        for path, content in (FILES | (changes or {})).items():
            if content is not None:
                file = tmp_path / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(
                    content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False), encoding="utf-8"
                )
        return Project.load(tmp_path)

    return make


@pytest.fixture
def make_recording() -> Callable[..., dict[str, Any]]:
    """`recording`, for tests that add their own."""
    return recording


@pytest.fixture
def make_detection() -> Callable[..., dict[str, Any]]:
    """`detection`, for tests that add their own."""
    return detection
