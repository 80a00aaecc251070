"""The schemas accept what they should, and say in plain words what they refuse; editors are bound to them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from masthead.content.document import parse_document
from masthead.content.finding import ContentError, Finding
from masthead.content.layout import FOLDERS, SINGLE_FILES, Kind
from masthead.content.schema import MAX_FINDINGS, checked_data, closest, schema_findings
from masthead.content.validators import schema_text

DATA = yaml.safe_load((Path(__file__).parent / "schema_cases.yaml").read_text(encoding="utf-8"))
ROOT = Path(__file__).parents[3]


def say(finding: Finding) -> str:
    hint = f" -- {finding.hint}" if finding.hint else ""
    return f"{finding.severity} {finding.code} {finding.span.start} {finding.message}{hint}"


@pytest.mark.parametrize("kind", list(Kind))
def test_each_kind_has_a_file_that_its_schema_accepts(kind: Kind) -> None:
    assert schema_findings(parse_document(DATA["bases"][kind], "x.yaml"), kind) == []


@pytest.mark.parametrize("case", DATA["cases"], ids=lambda case: case["name"])
def test_what_a_schema_refuses(case: dict[str, Any]) -> None:
    change = case["change"]
    before = DATA["bases"][change["kind"]]
    assert change["old"] in before
    document = parse_document(before.replace(change["old"], change["new"]), "x.yaml")
    assert [say(each) for each in schema_findings(document, change["kind"])] == case["says"]


def test_data_is_given_out_despite_warnings_but_not_despite_errors() -> None:
    accepted = DATA["bases"]["table"]
    assert checked_data(parse_document(accepted + "colour: red\n", "x.yaml"), Kind.TABLE)["colour"] == "red"
    with pytest.raises(ContentError, match="MH008 name must be text, not the number 1"):
        checked_data(parse_document(accepted.replace("name: AKSAudit", "name: 1") + "colour: red\n", "x.yaml"), "table")


def test_rules_of_the_azure_sentinel_repository_are_accepted_with_all_their_optional_keys() -> None:
    rule = DATA["bases"]["detection"] + (
        "status: Available\nenabled: false\ntags: [{Schema: ASIMAuthentication}, Solorigate]\n"
        "sentinelEntitiesMappings: [{columnName: Entities}]\n"
        "eventGroupingSettings: {aggregationKind: AlertPerResult}\n"
        "suppressionEnabled: false\nsuppressionDuration: PT5H\n"
        "incidentConfiguration:\n  createIncident: true\n  groupingConfiguration: {enabled: true, "
        "reopenClosedIncident: false, lookbackDuration: P1D, matchingMethod: Selected, groupByEntities: [Account], "
        "groupByAlertDetails: [DisplayName], groupByCustomDetails: []}\n"
    )
    assert schema_findings(parse_document(rule, "x.yaml"), Kind.DETECTION) == []
    empty = (
        rule.replace("tactics: [Persistence]", "tactics:")
        .replace("tags: [", "tags: [")
        .replace("relevantTechniques: [T1098.003]", "relevantTechniques: []")
    )
    assert schema_findings(parse_document(f"---\n{empty}", "x.yaml"), Kind.DETECTION) == []
    stray = "kind: Scheduled\nseverity: None\nqueryFrequency: 1d\ndescription-detailed: more\n"
    assert schema_findings(parse_document(DATA["bases"]["hunting-query"] + stray, "x"), Kind.HUNTING_QUERY) == []


@pytest.mark.parametrize("more", ["k{}: 1\n", "tags: []\n"], ids=["warnings", "errors"])
def test_findings_are_bounded_and_a_file_with_more_is_refused(more: str) -> None:
    rule = DATA["bases"]["detection"].replace("[Persistence]", f"[{'x, ' * 20_000}]" if "tags" in more else "[]")
    text = rule + "".join(more.format(number) for number in range(20_000 if "k" in more else 1))
    document = parse_document(text, "x.yaml")
    findings = schema_findings(document, Kind.DETECTION)
    assert len(findings) == MAX_FINDINGS + 1
    assert say(findings[-1]) == "error MH008 1:1 there is more that the schema refuses than is shown"
    with pytest.raises(ContentError):
        checked_data(document, Kind.DETECTION)


def test_a_word_is_matched_whatever_its_capitals_and_only_when_it_is_near() -> None:
    words = ["triggerOperator", "triggerThreshold", "tactics"]
    assert [closest(word, words) for word in ("TRIGGEROPERATOR", "tactic", "query")] == [
        "triggerOperator",
        "tactics",
        None,
    ]


@pytest.mark.parametrize("name", [*Kind, "common"])
def test_schemas_are_schemas_and_describe_every_key(name: str) -> None:
    schema = json.loads(schema_text(name))
    Draft7Validator.check_schema(schema)
    assert list(undescribed(schema, "#")) == []


def undescribed(schema: Any, at: str) -> list[str]:
    """The keys of the schema that an editor would show without a word."""
    if isinstance(schema, list):
        return [each for index, item in enumerate(schema) for each in undescribed(item, f"{at}/{index}")]
    if not isinstance(schema, dict):
        return []
    missing = [
        f"{at}/{key}"
        for key, value in schema.get("properties", {}).items()
        if isinstance(value, dict) and not value.keys() & {"description", "$ref", "const", "not"}
    ]
    return missing + [each for key, value in schema.items() for each in undescribed(value, f"{at}/{key}")]


def test_the_editor_settings_bind_every_schema_to_the_files_of_its_kind() -> None:
    settings = json.loads((ROOT / ".vscode" / "settings.json").read_text(encoding="utf-8"))
    places = {kind: f"{folder}/**/*.yaml" for kind, folder in FOLDERS.items()}
    places |= {kind: path for path, kind in SINGLE_FILES.items()}
    places[Kind.RECORDING] = f"{FOLDERS[Kind.RECORDING]}/**/recording.yaml"
    folder = "./tooling/masthead/content/schemas"
    assert settings["yaml.schemas"] == {f"{folder}/{kind}.schema.json": place for kind, place in places.items()}
    assert {path.name for path in (ROOT / folder).iterdir()} == {f"{name}.schema.json" for name in [*Kind, "common"]}
