"""What an alert says of itself, from the rule and from its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from masthead.content.model import Detection
from masthead.simulate.details import Details, details_of, placeholders
from masthead.simulate.semantics import DEFAULT

OWN = Details("A role is bound", "Somebody bound a role.", "Medium", ("Persistence",), ("T1098",), {})
ROW = {"Actor": "mallory", "Role": "cluster-admin", "Level": "High", "Empty": "", "Null": None, "Score": 0.5}
MakeRule = Callable[..., Detection]


def details(make_rule: MakeRule, override: dict[str, Any], *rows: dict[str, Any], **settings: Any) -> Any:
    rule = make_rule(alertDetailsOverride=override)
    return details_of(rule, rows or (ROW,), replace(DEFAULT, **settings))


def test_without_an_override_the_rule_speaks(make_rule: MakeRule) -> None:
    assert details_of(make_rule(), [ROW], DEFAULT) == (OWN, ())


def test_a_row_fills_in_every_detail(make_rule: MakeRule) -> None:
    override = {
        "alertDisplayNameFormat": "{{Actor}} bound {{ Role }}",
        "alertDescriptionFormat": "By {{Actor}}.",
        "alertSeverityColumnName": "Level",
        "alertTacticsColumnName": "Tactics",
        "alertDynamicProperties": [
            {"alertProperty": "ConfidenceScore", "value": "Score"},
            {"alertProperty": "AlertLink", "value": "Null"},
            {"alertProperty": "Techniques", "value": "Techniques"},
        ],
    }
    row = ROW | {"Tactics": '["PrivilegeEscalation","impact","Nonsense"]', "Techniques": "T1098.006, T1078, x"}
    wanted = Details(
        title="mallory bound cluster-admin",
        description="By mallory.",
        severity="High",
        tactics=("PrivilegeEscalation", "Impact"),
        techniques=("T1098.006", "T1078"),
        properties={"ConfidenceScore": "0.5", "Techniques": "T1098.006, T1078, x"},
    )
    assert details(make_rule, override, row) == (wanted, ())


@pytest.mark.parametrize("column", ["Empty", "Null", "Missing"])
def test_a_placeholder_without_a_value_brings_back_the_rules_own(make_rule: MakeRule, column: str) -> None:
    override = {"alertDisplayNameFormat": "{{Actor}} {{" + column + "}}", "alertDescriptionFormat": "{{Actor}}"}
    got, notes = details(make_rule, override)
    assert (got.title, got.description) == ("A role is bound", "mallory")
    assert notes == (f"the title is the rule's own: {column} has no value",)


def test_a_severity_or_tactic_that_does_not_exist_brings_back_the_rules_own(make_rule: MakeRule) -> None:
    override = {"alertSeverityColumnName": "Actor", "alertTacticsColumnName": "Role"}
    got, notes = details(make_rule, override)
    assert got == OWN
    assert notes == (
        'the severity is the rule\'s own: Actor holds "mallory"',
        'the tactics are the rule\'s own: Role holds "cluster-admin"',
    )


def test_a_property_of_the_wrong_type_keeps_its_default(make_rule: MakeRule) -> None:
    names = ("ConfidenceScore", "ConfidenceLevel")
    override = {"alertDynamicProperties": [{"alertProperty": name, "value": "Actor"} for name in names]}
    got, notes = details(make_rule, override)
    assert got.properties == {}
    assert notes == tuple(f'the property {name} keeps its default: Actor holds "mallory"' for name in names)


def test_the_first_row_speaks_for_all_unless_the_last_shall(make_rule: MakeRule) -> None:
    override, rows = {"alertDisplayNameFormat": "{{Actor}}"}, ({"Actor": "alice"}, {"Actor": "bob"})
    assert details(make_rule, override, *rows)[0].title == "alice"
    assert details(make_rule, override, *rows, details_from="last")[0].title == "bob"


def test_capitals_count_only_when_they_shall(make_rule: MakeRule) -> None:
    override, row = {"alertSeverityColumnName": "Level"}, {"Level": "hIGH"}
    assert details(make_rule, override, row)[0].severity == "High"
    assert details(make_rule, override, row, details_ignore_case=False)[0].severity == "Medium"


def test_long_titles_and_descriptions_are_cut(make_rule: MakeRule) -> None:
    override = {"alertDisplayNameFormat": "{{Actor}}", "alertDescriptionFormat": "{{Actor}}"}
    got, notes = details(make_rule, override, {"Actor": "é" * 3000})
    assert (got.title, got.description) == ("é" * 128, "é" * 2560)
    assert notes == ("the title is cut after 256 bytes", "the description is cut after 5120 bytes")


def test_placeholders_are_the_columns_between_braces() -> None:
    assert placeholders("{{Actor}} bound {{ Role }} {Not} {{}}") == ("Actor", "Role", "")
