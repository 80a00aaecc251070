"""A rule to simulate with, changed by each test where it matters."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from masthead.content.document import parse_document
from masthead.content.layout import ContentFile, Kind
from masthead.content.model import Detection

SCHEDULED: dict[str, Any] = {
    "id": "4e5914ea-6d52-4b4c-9a64-5a87b7d35e21",
    "name": "A role is bound",
    "description": "Somebody bound a role.",
    "severity": "Medium",
    "kind": "Scheduled",
    "requiredDataConnectors": [],
    "queryFrequency": "1h",
    "queryPeriod": "1h",
    "triggerOperator": "gt",
    "triggerThreshold": 0,
    "tactics": ["Persistence"],
    "relevantTechniques": ["T1098"],
    "query": "T",
    "version": "1.0.0",
}
SCHEDULE_KEYS = ("queryFrequency", "queryPeriod", "triggerOperator", "triggerThreshold", "requiredDataConnectors")


@pytest.fixture(scope="session")
def make_rule() -> Callable[..., Detection]:
    """A scheduled rule, or with kind="NRT" a near-real-time one, with some of its keys changed."""

    def make(**changes: Any) -> Detection:
        data = SCHEDULED | changes
        if data["kind"] == "NRT":
            data = {key: value for key, value in data.items() if key not in SCHEDULE_KEYS}
        document = parse_document(yaml.safe_dump(data), "detections/rbac/rule.yaml")
        return Detection.read(document, ContentFile("detections/rbac/rule.yaml", Kind.DETECTION))

    return make
