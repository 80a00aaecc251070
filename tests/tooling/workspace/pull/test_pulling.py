"""Changes that were made in a workspace, in the files of the content."""

from __future__ import annotations

import copy
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from tooling.workspace.stage import PROJECT

from masthead.content.document import parse_document
from masthead.content.finding import ContentError
from masthead.content.project import Project
from masthead.content.workspaces import Override, Workspace
from masthead.report.differences import difference
from masthead.workspace.desired import desired
from masthead.workspace.errors import WorkspaceError
from masthead.workspace.live import LiveState
from masthead.workspace.normal import digest, normal
from masthead.workspace.ownership import Ownership
from masthead.workspace.pull.names import Selection, Whose, new_path, selection
from masthead.workspace.pull.pulling import pull, write
from masthead.workspace.resources import Desired, Key, Live, ResourceKind

CASES = yaml.safe_load((Path(__file__).parent / "pulling.yaml").read_text(encoding="utf-8"))
WORKSPACE = Workspace(name="prod", subscription="s", resource_group="rg", workspace="ws")
GUID = "11111111-2222-3333-4444-555555555555"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    shutil.copytree(PROJECT, tmp_path / "project", ignore=shutil.ignore_patterns(".masthead"))
    return Project.load(tmp_path / "project")


def changed(wanted: Desired, change: dict[str, Any], items: list[dict[str, str]] | None = None) -> Live:
    body = copy.deepcopy(dict(wanted.body))
    body["properties"] |= change
    title = str(body["properties"]["displayName"])
    return Live(key=wanted.key, title=title, body=body, items=wanted.items if items is None else tuple(items))


def found(project: Project, path: str, workspace: Workspace = WORKSPACE) -> Desired:
    return next(each for each in desired(project, workspace, tables=False) if each.path == path)


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_only_what_somebody_changed_is_written(project: Project, case: dict[str, Any]) -> None:
    document = parse_document("", "workspaces.yaml")
    override = Override(pattern=case["content"][:-5], document=document, at=(), **case.get("overrides", {}))
    workspace = replace(WORKSPACE, overrides=(override,) if "overrides" in case else ())
    wanted = found(project, case["content"], workspace)
    live = changed(wanted, case.get("change", {}), case.get("items"))
    owned = {}
    if "deployed" in case:
        deployed = digest(normal(changed(wanted, case["deployed"])))
        owned = {live.key: Ownership(live.key, "record", deployed)}
    pulled = pull(project, workspace, LiveState({live.key: live}, owned, frozenset()), Selection())
    assert [each.reason for each in pulled.left] == ([case["left"]] if "left" in case else [])
    lines: list[str] = []
    for each in pulled.pulled:
        for path, text in each.files.items():
            there = (project.root / path).read_text(encoding="utf-8")
            lines += [line for line in difference(path, there, text).splitlines()[2:] if line[0] in "+-"]
    assert lines == case.get("lines", [])
    assert [list(each.fields) for each in pulled.pulled] == ([case["fields"]] if "fields" in case else [])
    assert [note for each in pulled.pulled for note in each.notes] == case.get("notes", [])
    assert pulled.unchanged == (0 if pulled.pulled or pulled.left else 1)


def test_what_was_pulled_is_as_the_content_has_it_afterwards(project: Project) -> None:
    live = changed(found(project, "detections/sign-in/foreign.yaml"), {"severity": "Low", "customDetails": None})
    state = LiveState({live.key: live}, {}, frozenset())
    write(project.root, pull(project, WORKSPACE, state, Selection()).pulled)
    again = Project.load(project.root)
    assert pull(again, WORKSPACE, state, Selection()).pulled == ()
    assert normal(found(again, "detections/sign-in/foreign.yaml")) == normal(live)


def test_line_ends_and_the_mark_of_an_editor_stay(project: Project) -> None:
    path = project.root / "detections/sign-in/foreign.yaml"
    text = b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n")
    path.write_bytes(text)
    content = Project.load(project.root)
    live = changed(found(content, "detections/sign-in/foreign.yaml"), {"severity": "Low", "query": "a\nb"})
    write(project.root, pull(content, WORKSPACE, state_of(live), Selection()).pulled)
    written = path.read_bytes()
    assert written.startswith(b"\xef\xbb\xbfid: ")
    assert b"\r\nseverity: Low\r\n" in written
    assert b"query: |-\r\n  a\r\n  b\r\nentityMappings:" in written
    assert written.count(b"\n") == written.count(b"\r\n")


def test_a_watchlist_whose_rows_are_those_of_the_workspace_keeps_them_in_their_own_file(project: Project) -> None:
    (project.root / "watchlists/prod.csv").write_text("Account,Until\ndave,\n", encoding="utf-8")
    override = Override(
        pattern="watchlists/people", rows="watchlists/prod.csv", document=parse_document("", "w"), at=()
    )
    workspace = replace(WORKSPACE, overrides=(override,))
    live = changed(found(project, "watchlists/people.yaml", workspace), {}, [{"Account": "eve", "Until": ""}])
    pulled = pull(project, workspace, LiveState({live.key: live}, {}, frozenset()), Selection())
    assert [dict(each.files) for each in pulled.pulled] == [{"watchlists/prod.csv": "Account,Until\neve,\n"}]


def test_a_workbook_in_azures_json_is_written_anew(project: Project) -> None:
    path = project.root / "workbooks/sign-in/page.workbook"
    path.write_text('{"version": "Notebook/1.0", "items": []}', encoding="utf-8")
    content = Project.load(project.root)
    page = '{"version": "Notebook/1.0", "items": [{"type": 1, "content": {"json": "Hi"}}]}'
    live = changed(found(content, "workbooks/sign-in/page.workbook"), {"serializedData": page, "description": "Why."})
    pulled = pull(content, WORKSPACE, LiveState({live.key: live}, {}, frozenset()), Selection())
    (made,) = pulled.pulled
    assert yaml.safe_load(made.files["workbooks/sign-in/page.workbook"]) == {
        "description": "Why.",
        "version": "Notebook/1.0",
        "items": [{"type": 1, "content": {"json": "Hi"}}],
    }
    assert made.fields == ("page",)


def rule(title: str, **properties: Any) -> Live:
    said = {
        "displayName": title,
        "description": "Why.",
        "severity": "Low",
        "enabled": True,
        "query": "SigninLogs",
        "queryFrequency": "PT1H",
        "queryPeriod": "PT1H",
        "triggerOperator": "GreaterThan",
        "triggerThreshold": 0,
        "suppressionEnabled": False,
        "suppressionDuration": "PT5H",
    }
    key = Key(ResourceKind.DETECTION, GUID)
    return Live(key=key, title=title, body={"kind": "Scheduled", "properties": said | properties})


def reasons(project: Project, live: Live) -> list[str]:
    return [each.reason for each in pull(project, WORKSPACE, state_of(live), Selection()).left]


def state_of(*resources: Live) -> LiveState:
    return LiveState({each.key: each for each in resources}, {}, frozenset())


def test_what_content_cannot_say_is_left_with_the_reason(project: Project) -> None:
    fusion = replace(rule("Fusion"), body={"kind": "Fusion", "properties": {"displayName": "Fusion"}})
    assert reasons(project, fusion) == ["rules of the kind Fusion are Sentinel's own"]
    named = Key(ResourceKind.FUNCTION, "asimdns")
    function = Live(key=named, title="x", body={"properties": {"functionAlias": "A", "displayName": "x", "query": "a"}})
    assert reasons(project, function) == ['its id "asimdns" is no GUID']
    assert reasons(project, rule("Odd", severity="Severe")) == [
        'content cannot be like that: severity cannot be "Severe"',
    ]
    assert reasons(project, rule("Odd", subTechniques=["T1098.001"], startOnNewMoon=True)) == [
        "content cannot say what it has as startOnNewMoon"
    ]


def test_what_a_rule_lacks_is_put_in_its_place_and_told(project: Project) -> None:
    live = rule("Bare", description="", subTechniques=["T1098.001"])
    (made,) = pull(project, WORKSPACE, state_of(live), Selection()).pulled
    data = yaml.safe_load(made.files["detections/pulled/bare.yaml"])
    assert (data["description"], data["relevantTechniques"], data["requiredDataConnectors"]) == (
        "Pulled from a workspace, where it has no description.",
        ["T1098.001"],
        [],
    )
    assert made.notes == (
        "it has no description; the file says so",
        "its techniques and sub-techniques do not belong together; the file has both",
    )


def test_a_rule_of_the_gallery_keeps_its_template(project: Project) -> None:
    live = rule("From the gallery", alertRuleTemplateName=GUID, templateVersion="1.0.4")
    (made,) = pull(project, WORKSPACE, state_of(live), Selection()).pulled
    data = yaml.safe_load(made.files["detections/pulled/from-the-gallery.yaml"])
    assert data["metadata"] == {"template": {"id": GUID, "version": "1.0.4"}}


def test_an_automation_rule_names_rules_that_are_pulled_with_it(project: Project) -> None:
    named = f"{WORKSPACE.resource_id}/providers/Microsoft.SecurityInsights/alertRules/{GUID.upper()}"
    condition = {
        "conditionType": "Property",
        "conditionProperties": {
            "propertyName": "IncidentRelatedAnalyticRuleIds",
            "operator": "Contains",
            "propertyValues": [named, f"{named[:-1]}0"],
        },
    }
    logic = {"isEnabled": True, "triggersOn": "Incidents", "triggersWhen": "Created", "conditions": [condition]}
    label = {"labels": [{"labelName": "a", "labelType": "User"}]}
    action = {"order": 1, "actionType": "ModifyProperties", "actionConfiguration": label}
    properties = {"displayName": "Label it", "order": 3, "triggeringLogic": logic, "actions": [action]}
    automation = Live(key=Key(ResourceKind.AUTOMATION_RULE, GUID), title="Label it", body={"properties": properties})
    pulled = pull(project, WORKSPACE, state_of(automation, rule("A rule")), Selection())
    assert pulled.left == ()
    data = yaml.safe_load(pulled.pulled[1].files["automation/label-it.yaml"])
    assert data["triggeringLogic"]["conditions"][0]["conditionProperties"]["propertyValues"] == [
        "detections/pulled/a-rule",
        f"{named[:-1]}0",
    ]
    assert data["actions"][0]["actionConfiguration"] == {"labels": [{"labelName": "a"}]}


def test_new_files_have_names_that_no_other_has(project: Project) -> None:
    one, other = rule("Sign-in  from élsewhere!"), rule("sign in from elsewhere")
    other = replace(other, key=Key(ResourceKind.DETECTION, "22222222" + GUID[8:]))
    pulled = pull(project, WORKSPACE, state_of(one, other), Selection())
    assert sorted(path for each in pulled.pulled for path in each.files) == [
        "detections/pulled/sign-in-from-elsewhere-22222222.yaml",
        "detections/pulled/sign-in-from-elsewhere.yaml",
    ]
    assert pull(project, WORKSPACE, state_of(other, one), Selection()) == pulled


@pytest.mark.parametrize(
    ("kind", "title", "path"),
    [
        (ResourceKind.FUNCTION, "AlertsOfRules", "functions/alerts-of-rules.yaml"),
        (ResourceKind.WORKBOOK, "The team's own", "workbooks/pulled/the-teams-own.workbook"),
        (ResourceKind.HUNTING_QUERY, "日本語", "hunting/pulled/11111111.yaml"),
        (
            ResourceKind.WATCHLIST,
            "Namespaces whose secrets and settings open more than themselves and others",
            "watchlists/namespaces-whose-secrets-and-settings-open-more-than.yaml",
        ),
    ],
)
def test_a_file_is_named_after_its_title(kind: ResourceKind, title: str, path: str) -> None:
    assert new_path(kind, title, GUID, ()) == path


def test_a_saved_search_of_another_category_is_counted_only(project: Project) -> None:
    search = Live(key=Key(ResourceKind.HUNTING_QUERY, GUID), title="x", body={"properties": {"category": "Team"}})
    pulled = pull(project, WORKSPACE, state_of(search), Selection())
    assert (pulled.pulled, pulled.left, pulled.unchanged, pulled.others) == ((), (), 0, 1)


@pytest.mark.parametrize(
    ("words", "whose", "paths"),
    [
        ([], Whose.ALL, ["detections/sign-in/foreign.yaml", "detections/pulled/a-rule.yaml", "automation/label.yaml"]),
        (["detections"], Whose.ALL, ["detections/sign-in/foreign.yaml", "detections/pulled/a-rule.yaml"]),
        (["Automation-Rules"], Whose.ALL, ["automation/label.yaml"]),
        (["detections/pulled/*"], Whose.ALL, ["detections/pulled/a-rule.yaml"]),
        ([GUID.upper(), "automation"], Whose.ALL, ["detections/pulled/a-rule.yaml", "automation/label.yaml"]),
        ([], Whose.OURS, ["detections/sign-in/foreign.yaml", "automation/label.yaml"]),
        (["detection"], Whose.FOREIGN, ["detections/pulled/a-rule.yaml"]),
    ],
)
def test_a_pull_can_be_narrowed(project: Project, words: list[str], whose: Whose, paths: list[str]) -> None:
    ours = changed(found(project, "detections/sign-in/foreign.yaml"), {"severity": "Low"})
    automation = changed(found(project, "automation/label.yaml"), {"order": 20})
    pulled = pull(project, WORKSPACE, state_of(rule("A rule"), automation, ours), selection(words, whose))
    assert sorted(path for each in pulled.pulled for path in each.files) == sorted(paths)


def test_a_pattern_that_names_nothing_is_a_mistake(project: Project) -> None:
    with pytest.raises(WorkspaceError, match=r'"detections/rbac/\*" names nothing that prod has'):
        pull(project, WORKSPACE, state_of(rule("A rule")), selection(["detections/rbac/*"], Whose.ALL))


def test_a_word_that_is_no_kind_is_a_mistake() -> None:
    with pytest.raises(WorkspaceError, match='"detektions" is no kind of content') as caught:
        selection(["detektions"], Whose.ALL)
    assert caught.value.hint == 'Did you mean "detections"?'


def test_content_that_cannot_be_read_stops_a_pull_as_it_may_be_what_is_there(project: Project) -> None:
    (project.root / "detections/sign-in/foreign.yaml").write_text("id: 1", encoding="utf-8")
    with pytest.raises(ContentError):
        pull(Project.load(project.root), WORKSPACE, state_of(rule("A rule")), Selection())
