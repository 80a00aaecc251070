"""What the content wants in a workspace: which of it, in which order, with which overrides, and when it is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import pytest

from masthead.content.document import parse_document
from masthead.content.finding import ContentError
from masthead.content.project import Project
from masthead.content.workspaces import Override, Workspace
from masthead.workspace.desired import desired
from masthead.workspace.resources import Desired, ResourceKind

WORKSPACE = Workspace(name="prod", subscription="s", resource_group="rg", workspace="ws")
NOWHERE = parse_document("", "workspaces.yaml")
RULES = WORKSPACE.resource_id + "/providers/Microsoft.SecurityInsights/alertRules"


def guid(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, name))


def rule(name: str, id: str | None = None) -> str:
    return f"""\
id: {id or guid(name)}
name: {name}
description: {name}.
severity: Medium
requiredDataConnectors: []
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 5
query: Recent | join AKSAudit on TenantId
version: 1.0.0
"""


FILES = {
    "detections/rbac/granted.yaml": rule("Granted"),
    "detections/ci-cd/cloned.yaml": rule("Cloned"),
    "detections/ci-cd/at-once.yaml": f"""\
id: {guid("At once")}
name: At once
description: At once.
severity: Low
kind: NRT
query: AKSAuditAdmin
version: 1.0.0
""",
    "functions/recent.yaml": f"""\
id: {guid("Recent")}
name: Recent
version: 2.0.0
description: Recent.
functionAlias: Recent
query: SecurityAlert | project TenantId
""",
    "hunting/rbac/looked-for.yaml": f"""\
id: {guid("Looked for")}
name: Looked for
description: Looked for.
query: AKSAudit
""",
    "watchlists/networks.yaml": f"""\
id: {guid("Networks")}
watchlistAlias: Networks
displayName: Networks
description: Networks.
itemsSearchKey: Network
version: 1.0.0
columns: [{{name: Network, description: The network}}]
""",
    "watchlists/networks.csv": "Network\n192.0.2.0/24\n",
    "watchlists/prod-networks.csv": "Network\n198.51.100.0/24\n",
    "workbooks/rbac/page.yaml": f"""\
id: {guid("Page")}
name: Page
description: Page.
version: 1.0.0
items: [{{text: Hello}}]
""",
    "automation/close.yaml": f"""\
id: {guid("Close")}
displayName: Close
description: Close.
order: 1
version: 1.0.0
triggeringLogic:
  isEnabled: true
  triggersOn: Incidents
  triggersWhen: Created
  conditions:
    - conditionType: Property
      conditionProperties:
        propertyName: IncidentRelatedAnalyticRuleIds
        operator: Contains
        propertyValues: [detections/ci-cd/*]
actions: [{{order: 1, actionType: ModifyProperties, actionConfiguration: {{status: Active}}}}]
""",
}


def project(root: Path, **changed: str | None) -> Project:
    files = FILES | {path.replace("__", "/").replace("_", "."): text for path, text in changed.items()}
    for path, text in files.items():
        if text is not None:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
    return Project.load(root)


def override(pattern: str, **said: Any) -> Override:
    return Override(pattern=pattern, document=NOWHERE, at=(), **said)


def by_path(found: list[Desired]) -> dict[str, Desired]:
    return {each.path: each for each in found}


def test_what_others_depend_on_comes_first_and_then_by_path(tmp_path: Path) -> None:
    found = desired(project(tmp_path), WORKSPACE)
    both = ("SecurityAlert", "AKSAudit")  # of the function first, since the query names it first
    assert [(each.key.kind, each.key.id, each.path, each.version, each.tables) for each in found] == [
        (ResourceKind.WATCHLIST, "Networks", "watchlists/networks.yaml", "1.0.0", ()),
        (ResourceKind.FUNCTION, guid("Recent"), "functions/recent.yaml", "2.0.0", ()),
        (ResourceKind.DETECTION, guid("At once"), "detections/ci-cd/at-once.yaml", "1.0.0", ("AKSAuditAdmin",)),
        (ResourceKind.DETECTION, guid("Cloned"), "detections/ci-cd/cloned.yaml", "1.0.0", both),
        (ResourceKind.DETECTION, guid("Granted"), "detections/rbac/granted.yaml", "1.0.0", both),
        (ResourceKind.HUNTING_QUERY, guid("Looked for"), "hunting/rbac/looked-for.yaml", None, ("AKSAudit",)),
        (ResourceKind.WORKBOOK, guid("Page"), "workbooks/rbac/page.yaml", "1.0.0", ()),
        (ResourceKind.AUTOMATION_RULE, guid("Close"), "automation/close.yaml", "1.0.0", ()),
    ]
    assert [each.items for each in found if each.items is not None] == [({"Network": "192.0.2.0/24"},)]
    logic = found[-1].body["properties"]["triggeringLogic"]
    assert logic["conditions"][0]["conditionProperties"]["propertyValues"] == [
        f"{RULES}/{guid('At once')}",
        f"{RULES}/{guid('Cloned')}",
    ]


@pytest.mark.parametrize(
    ("include", "exclude", "paths"),
    [
        (("detections/rbac/*",), (), ["detections/rbac/granted.yaml"]),
        (("*/rbac/*",), ("workbooks/*",), ["detections/rbac/granted.yaml", "hunting/rbac/looked-for.yaml"]),
        ((), ("detections/*", "automation/*", "w*", "hunting/rbac/looked-for"), ["functions/recent.yaml"]),
    ],
)
def test_a_workspace_gets_what_its_patterns_say(
    tmp_path: Path, include: tuple[str, ...], exclude: tuple[str, ...], paths: list[str]
) -> None:
    workspace = replace(WORKSPACE, include=include, exclude=exclude)
    assert [each.path for each in desired(project(tmp_path), workspace)] == paths


def test_overrides_are_in_the_body_and_told(tmp_path: Path) -> None:
    overrides = (
        override("detections/*", severity="High", trigger_threshold=9),
        override("detections/ci-cd/*", severity="Low", enabled=False),
        override("watchlists/networks", rows="watchlists/prod-networks.csv"),
        override("automation/*", enabled=False),
    )
    found = by_path(desired(project(tmp_path), replace(WORKSPACE, overrides=overrides)))
    cloned, granted = found["detections/ci-cd/cloned.yaml"], found["detections/rbac/granted.yaml"]
    picked = ("severity", "enabled", "triggerThreshold")
    assert [cloned.body["properties"].get(name) for name in picked] == ["Low", False, 9]
    assert [granted.body["properties"].get(name) for name in picked] == ["High", True, 9]
    assert found["watchlists/networks.yaml"].items == ({"Network": "198.51.100.0/24"},)
    assert found["automation/close.yaml"].body["properties"]["triggeringLogic"]["isEnabled"] is False
    assert cloned.notes == (
        "enabled is false here, as workspaces.yaml says",
        "severity is Low here, as workspaces.yaml says",
        "triggerThreshold is 9 here, as workspaces.yaml says",
    )


def test_an_override_says_nothing_of_content_that_has_no_such_value(tmp_path: Path) -> None:
    content = project(tmp_path)
    found = desired(content, replace(WORKSPACE, overrides=(override("*", trigger_threshold=9),)))
    assert {each.path for each in found if each.notes} == {
        "detections/ci-cd/cloned.yaml",
        "detections/rbac/granted.yaml",
    }
    assert [each.body for each in found if not each.notes] == [
        each.body for each in desired(content, WORKSPACE) if each.path not in FILES or "gt" not in FILES[each.path]
    ]


def test_an_override_is_of_its_workspace_only(tmp_path: Path) -> None:
    content = project(tmp_path)
    before = desired(content, WORKSPACE)
    desired(content, replace(WORKSPACE, overrides=(override("*", severity="High", enabled=False),)))
    assert desired(content, WORKSPACE) == before


def refusals(content: Project, workspace: Workspace = WORKSPACE) -> list[str]:
    with pytest.raises(ContentError) as caught:
        desired(content, workspace)
    return [str(each) for each in caught.value.findings]


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    broken = {"detections__rbac__granted_yaml": "id: 1", "watchlists__networks_csv": "Wrong\n"}
    told = refusals(project(tmp_path, **broken))
    assert sorted({each.split(":")[0] for each in told}) == ["detections/rbac/granted.yaml", "watchlists/networks.csv"]


def test_what_the_workspace_does_not_get_may_be_broken(tmp_path: Path) -> None:
    content = project(tmp_path, detections__rbac__granted_yaml="id: 1")
    assert len(desired(content, replace(WORKSPACE, exclude=("detections/rbac/*",)))) == len(FILES) - 3


@pytest.mark.parametrize(
    ("path", "text", "told"),
    [
        ("hunting/rbac/copy.yaml", rule("Copy", guid("Granted").upper()), None),
        (
            "detections/rbac/copy.yaml",
            rule("Copy", guid("Cloned").upper()),
            "detections/rbac/copy.yaml:1:5: MH101 the id is also that of detections/ci-cd/cloned.yaml",
        ),
        (
            "hunting/rbac/copy.yaml",
            rule("Copy", guid("Recent")),
            "hunting/rbac/copy.yaml:1:5: MH101 the id is also that of functions/recent.yaml",
        ),
    ],
    ids=["a rule and a hunting query", "two rules", "two saved searches"],
)
def test_what_would_be_one_resource_is_refused(tmp_path: Path, path: str, text: str, told: str | None) -> None:
    content = project(tmp_path, **{path.replace("/", "__").replace(".", "_"): text})
    if told:
        assert refusals(content) == [told]
    else:
        assert len(desired(content, WORKSPACE)) == len(FILES) - 1


def test_an_automation_rule_whose_detections_stay_away_is_refused(tmp_path: Path) -> None:
    told = refusals(project(tmp_path), replace(WORKSPACE, exclude=("detections/ci-cd/*",)))
    message = 'MH008 "detections/ci-cd/*" names no detection that prod gets'
    assert told == [f"automation/close.yaml:15:26: {message}"]


def test_a_workbook_is_kept_where_its_workspace_is(tmp_path: Path) -> None:
    body = by_path(desired(project(tmp_path), replace(WORKSPACE, location="westeurope")))[
        "workbooks/rbac/page.yaml"
    ].body
    assert (body["location"], body["properties"]["sourceId"]) == ("westeurope", WORKSPACE.resource_id)
