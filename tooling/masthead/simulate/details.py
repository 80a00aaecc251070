"""What an alert says of itself: title, description, severity, tactics and other properties, from the rule or a row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from masthead.content.model import Detection
from masthead.simulate.semantics import Semantics
from masthead.simulate.values import Row, cut, items_of, text_of

SEVERITIES = ("Informational", "Low", "Medium", "High")
"""From the least to the most."""

TACTICS = (
    "Reconnaissance", "ResourceDevelopment", "InitialAccess", "Execution", "Persistence", "PrivilegeEscalation",
    "DefenseEvasion", "CredentialAccess", "Discovery", "LateralMovement", "Collection", "Exfiltration",
    "CommandAndControl", "Impact", "ImpairProcessControl", "InhibitResponseFunction", "PreAttack",
)  # fmt: skip

MAX_PLACEHOLDERS = 3
"""Placeholders of a title, and of a description. Documented."""

_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_COLLECTIONS = frozenset({"ExtendedLinks", "RemediationSteps", "Techniques", "SubTechniques"})
_TECHNIQUE = re.compile(r"T\d{4}(\.\d{3})?")
_CONFIDENCE_LEVELS = ("Unknown", "Low", "High")


@dataclass(frozen=True, slots=True)
class Details:
    """An alert's details. `properties` are the dynamic ones: alert property → value."""

    title: str
    description: str
    severity: str
    tactics: tuple[str, ...]
    techniques: tuple[str, ...]
    properties: dict[str, str]


def details_of(rule: Detection, rows: Sequence[Row], semantics: Semantics) -> tuple[Details, tuple[str, ...]]:
    """The details of an alert over `rows`, and notes on those that fall back to the rule's own."""
    notes: list[str] = []
    details = Details(rule.name, rule.description, rule.severity, rule.tactics, rule.relevant_techniques, {})
    override = rule.alert_details_override
    if override is None or not rows:
        return _within_size(details, semantics, notes), tuple(notes)
    row = rows[0] if semantics.details_from == "first" else rows[-1]
    properties = _properties(override.dynamic_properties, row, semantics, notes)
    details = Details(
        title=_filled("title", override.display_name_format, rule.name, row, notes),
        description=_filled("description", override.description_format, rule.description, row, notes),
        severity=_severity(override.severity_column, rule.severity, row, semantics, notes),
        tactics=_tactics(override.tactics_column, rule.tactics, row, semantics, notes),
        techniques=_techniques(properties, rule.relevant_techniques, notes),
        properties=properties,
    )
    return _within_size(details, semantics, notes), tuple(notes)


def _within_size(details: Details, semantics: Semantics, notes: list[str]) -> Details:
    title, description = (
        cut(details.title, semantics.title_bytes),
        cut(details.description, semantics.description_bytes),
    )
    if title != details.title:
        notes.append(f"the title is cut after {semantics.title_bytes} bytes")
    if description != details.description:
        notes.append(f"the description is cut after {semantics.description_bytes} bytes")
    return Details(title, description, details.severity, details.tactics, details.techniques, details.properties)


def placeholders(text: str) -> tuple[str, ...]:
    """The columns that a format names as `{{Column}}`, in its order."""
    return tuple(_PLACEHOLDER.findall(text))


def _filled(what: str, text: str | None, own: str, row: Row, notes: list[str]) -> str:
    """The format with its placeholders filled in, or the rule's own text when one of them has no value."""
    if not text:
        return own
    columns = placeholders(text)
    if len(columns) > MAX_PLACEHOLDERS:
        notes.append(f"the {what} is the rule's own: its format has more than {MAX_PLACEHOLDERS} placeholders")
        return own
    empty = [column for column in columns if not text_of(row.get(column))]
    if empty:
        notes.append(f"the {what} is the rule's own: {', '.join(dict.fromkeys(empty))} has no value")
        return own
    return _PLACEHOLDER.sub(lambda found: text_of(row[found[1]]), text)


def _known(text: str, known: Sequence[str], semantics: Semantics) -> str | None:
    if semantics.details_ignore_case:
        return next((each for each in known if each.lower() == text.lower()), None)
    return text if text in known else None


def _severity(column: str | None, own: str, row: Row, semantics: Semantics, notes: list[str]) -> str:
    if not column:
        return own
    written = text_of(row.get(column)).strip()
    severity = _known(written, SEVERITIES, semantics)
    if severity is None:
        notes.append(f'the severity is the rule\'s own: {column} holds "{written}"')
    return severity or own


def _tactics(
    column: str | None, own: tuple[str, ...], row: Row, semantics: Semantics, notes: list[str]
) -> tuple[str, ...]:
    if not column:
        return own
    written = items_of(row.get(column))
    tactics = tuple(dict.fromkeys(known for each in written if (known := _known(each, TACTICS, semantics))))
    if not tactics:
        notes.append(f'the tactics are the rule\'s own: {column} holds "{text_of(row.get(column))}"')
    return tactics or own


def _techniques(properties: dict[str, str], own: tuple[str, ...], notes: list[str]) -> tuple[str, ...]:
    if "Techniques" not in properties:
        return own
    techniques = tuple(each for each in items_of(properties["Techniques"]) if _TECHNIQUE.fullmatch(each))
    if not techniques:
        notes.append(f'the techniques are the rule\'s own: the property holds "{properties["Techniques"]}"')
    return techniques or own


def _properties(columns: dict[str, str], row: Row, semantics: Semantics, notes: list[str]) -> dict[str, str]:
    properties: dict[str, str] = {}
    for name, column in columns.items():
        text = text_of(row.get(column))
        if not text:
            continue
        if not _is_valid(name, row.get(column), text):
            notes.append(f'the property {name} keeps its default: {column} holds "{text}"')
            continue
        limit = semantics.description_bytes if name in _COLLECTIONS else semantics.title_bytes
        properties[name] = cut(text, limit)
        if properties[name] != text:
            notes.append(f"the property {name} is cut after {limit} bytes")
    return properties


def _is_valid(name: str, value: Any, text: str) -> bool:
    if name == "ConfidenceLevel":
        return text in _CONFIDENCE_LEVELS
    if name == "ConfidenceScore":
        try:
            return 0 <= float(value) <= 1
        except (TypeError, ValueError):
            return False
    return True
