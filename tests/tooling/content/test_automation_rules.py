"""Automation rules: read as written, and the patterns in their conditions found."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from masthead.content.automation_rules import AutomationRule, RulePattern, is_pattern
from masthead.content.document import parse_document
from masthead.content.finding import ContentError
from masthead.content.layout import ContentFile, Kind
from masthead.content.project import Project

RULE = """\
id: 55555555-5555-4555-8555-555555555555
displayName: Label what is about rights
description: So that the queue can be filtered.
order: 10
version: 1.0.0
triggeringLogic:
  isEnabled: false
  expirationTimeUtc: 2027-12-31T00:00:00Z
  triggersOn: Incidents
  triggersWhen: Created
  conditions:
    - conditionType: Property
      conditionProperties: {propertyName: IncidentTitle, operator: Contains, propertyValues: [detections/rbac/*]}
    - conditionType: Boolean
      conditionProperties:
        operator: Or
        innerConditions:
          - conditionType: Property
            conditionProperties:
              propertyName: IncidentRelatedAnalyticRuleIds
              operator: Contains
              propertyValues: [detections/rbac/*, /subscriptions/s/alertRules/r, detections/ci-cd/leak]
          - conditionType: PropertyChanged
            conditionProperties: {propertyName: IncidentOwner}
actions:
  - order: 1
    actionType: ModifyProperties
    actionConfiguration: {labels: [{labelName: rbac}]}
  - {order: 2, actionType: AddIncidentTask, actionConfiguration: {title: Ask}}
"""
FILE = ContentFile("automation/label.yaml", Kind.AUTOMATION_RULE)


def read(text: str = RULE) -> AutomationRule:
    return AutomationRule.read(parse_document(text, FILE.path), FILE)


def test_a_rule_is_kept_as_it_is_written() -> None:
    rule, written = read(), yaml.load(RULE, yaml.BaseLoader)
    assert (rule.id, rule.display_name, rule.description) == (
        "55555555-5555-4555-8555-555555555555",
        "Label what is about rights",
        "So that the queue can be filtered.",
    )
    assert (rule.order, rule.version, rule.enabled, rule.slug) == (10, "1.0.0", False, "label")
    assert rule.triggering_logic == written["triggeringLogic"] | {"isEnabled": False}
    assert [each["actionType"] for each in rule.actions] == ["ModifyProperties", "AddIncidentTask"]
    assert rule.actions[0]["actionConfiguration"] == {"labels": [{"labelName": "rbac"}]}


def test_patterns_stand_where_rules_are_asked_for_and_lead_to_their_place() -> None:
    rule = read()
    at = ("triggeringLogic", "conditions", 1, "conditionProperties", "innerConditions", 0, "conditionProperties")
    assert list(rule.rule_patterns()) == [
        RulePattern("detections/rbac/*", (*at, "propertyValues", 0)),
        RulePattern("detections/ci-cd/leak", (*at, "propertyValues", 2)),
    ]
    spans = [rule.document.span(each.at) for each in rule.rule_patterns()]
    assert [(each.start.line, each.start.column) for each in spans] == [(22, 32), (22, 82)]


@pytest.mark.parametrize(
    ("value", "pattern"),
    [
        ("detections/ci-cd/*", True),
        ("*", True),
        ("a rule's name", True),
        ("55555555-5555-4555-8555-555555555555", False),
        ("/subscriptions/s/resourceGroups/r/providers/Microsoft.SecurityInsights/alertRules/BuiltInFusion", False),
    ],
)
def test_what_is_no_id_is_a_pattern(value: str, pattern: bool) -> None:
    assert is_pattern(value) is pattern


def test_a_key_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ContentError) as caught:
        read(RULE.replace("order: 10\n", "order: 10\nflavour: sweet\n"))
    assert [(str(each), each.severity.value) for each in caught.value.findings] == [
        ('automation/label.yaml:5:1: MH009 there is no key "flavour"', "error")
    ]


def test_a_project_has_the_automation_rules_of_its_folder(tmp_path: Path) -> None:
    (tmp_path / "automation").mkdir()
    (tmp_path / FILE.path).write_text(RULE)
    (tmp_path / "automation/broken.yaml").write_text(RULE.replace("order: 10", "order: ten"))
    rules = Project.load(tmp_path).automation_rules
    assert ([each.slug for each in rules.readable()], rules.slugs) == (["label"], {"label", "broken"})
    assert [str(each) for each in rules.findings()] == [
        "automation/broken.yaml:4:8: MH008 order must be a whole number, not text"
    ]
