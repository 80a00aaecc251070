"""masthead new: the files it writes, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from masthead.cli.main import main
from masthead.content.layout import Kind
from masthead.content.project import Project
from masthead.content.skeleton import SkeletonError, automation_skeleton, skeleton
from masthead.testing.bench import Bench
from masthead.testing.verdict import judge

CATALOG = {
    "catalog/use-cases.yaml": """\
use_cases:
  - slug: harbour
    title: The harbour
    description: Who comes and goes.
    logSources: [gate]
    risks: {stowaways: Somebody comes aboard unseen., smuggling: Goods leave unseen.}
""",
    "catalog/sources/gate.yaml": """\
slug: gate
title: Gate
description: The gate's log.
connectors: [{id: GateConnector, title: Gate}]
tables: [GateLog, GateAlarm]
""",
    "catalog/tables/GateLog.yaml": """\
name: GateLog
description: Who passed.
columns: {TenantId: string, TimeGenerated: datetime, Who: string}
""",
    "tests/recordings/gate/monday/recording.yaml": """\
title: Monday
description: An ordinary day.
provenance: {kind: constructed, source: https://example.com}
period: {from: 2026-01-05T00:00:00Z, to: 2026-01-06T00:00:00Z}
tables: [GateLog]
""",
    "pyproject.toml": "[tool.masthead]\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, text in CATALOG.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


DETECTION = {
    "name": "Over the wall",
    "severity": "Medium",
    "status": "Available",
    "requiredDataConnectors": [{"connectorId": "GateConnector", "dataTypes": ["GateLog"]}],
    "kind": "Scheduled",
    "queryFrequency": "1h",
    "queryPeriod": "1h",
    "triggerOperator": "gt",
    "triggerThreshold": 0,
    "tactics": ["Persistence"],
    "relevantTechniques": ["T1098"],
    "query": 'GateLog\n| where Who == "TODO"',
    "entityMappings": [{"entityType": "Account", "fieldMappings": [{"identifier": "Name", "columnName": "Who"}]}],
    "version": "1.0.0",
    "metadata": {"risks": ["stowaways"]},
}


def test_a_new_detection_is_read_by_the_project_and_has_its_cases(root, monkeypatch, capsys):
    monkeypatch.chdir(root)
    with pytest.raises(SystemExit) as stopped:
        main(["new", "detection", "harbour/over-the-wall"])
    path, cases = "detections/harbour/over-the-wall.yaml", "tests/detections/harbour/over-the-wall.yaml"
    assert (stopped.value.code, capsys.readouterr().out.splitlines()) == (
        0,
        [
            f"wrote {path}",
            f"wrote {cases}",
            f"Fill in what says TODO, then: masthead lint {path} && masthead test {cases}",
        ],
    )
    written = yaml.safe_load((root / path).read_text(encoding="utf-8"))
    assert {key: value for key, value in written.items() if key not in ("id", "description")} == DETECTION
    project = Project.load(root)
    detection = project.detections.get("over-the-wall")
    case_file = project.cases_for(detection)
    assert [(case.logs, case.expect) for case in case_file.cases] == [
        (("gate/monday",), {"alerts": [{"severity": "Medium"}]}),
        (("gate/monday",), {"alerts": []}),
    ]


def test_a_new_hunting_query_expects_rows(root):
    files = skeleton(Project.load(root), Kind.HUNTING_QUERY, "harbour/who-was-there", "GateLog")
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True)
        (root / path).write_text(text, encoding="utf-8")
    project = Project.load(root)
    query = project.hunting_queries.get("who-was-there")
    assert (query.name, query.query) == ("Who was there", 'GateLog\n| where Who == "TODO"')
    assert [case.expect for case in project.cases_for(query).cases] == [{"count": 1}, {"count": 0}]


def test_a_new_workbook_shows_something_once_what_says_todo_is_filled_in(root):
    for path, text in skeleton(Project.load(root), Kind.WORKBOOK, "harbour/traffic").items():
        (root / path).parent.mkdir(parents=True)
        (root / path).write_text(text, encoding="utf-8")
    row = '{"TimeGenerated": "2026-01-05T09:00:00Z", "Who": "Ann"}\n'
    (root / "tests/recordings/gate/monday/GateLog.ndjson").write_text(row, encoding="utf-8")
    project = Project.load(root)
    workbook = project.workbooks.get("traffic")
    assert (workbook.name, workbook.risk_addresses) == ("Traffic", (("harbour", "stowaways"),))
    (case,) = project.cases_for(workbook).cases
    assert (case.logs, case.expect) == (("gate/monday",), {"shown": ["rows-over-time"]})
    verdict = judge(case, workbook, Bench(project))
    assert verdict.passed
    assert [row["Who"] for row in verdict.rows] == ["Ann"]


def test_two_new_detections_have_different_ids(root):
    project = Project.load(root)
    texts = [skeleton(project, Kind.DETECTION, f"harbour/{name}")[f"detections/harbour/{name}.yaml"] for name in "ab"]
    assert len({text.splitlines()[0] for text in texts}) == 2


def test_a_new_automation_rule_comes_after_those_that_there_are(root, monkeypatch, capsys):
    monkeypatch.chdir(root)
    for name in ("label-traffic", "close-rehearsal"):
        with pytest.raises(SystemExit) as stopped:
            main(["new", "automation-rule", name])
        path = f"automation/{name}.yaml"
        said = [f"wrote {path}", f"Fill in what says TODO, then: masthead lint {path}"]
        assert (stopped.value.code, capsys.readouterr().out.splitlines()) == (0, said)
    rules = Project.load(root).automation_rules
    assert [(each.slug, each.display_name, each.order) for each in rules] == [
        ("close-rehearsal", "Close rehearsal", 20),
        ("label-traffic", "Label traffic", 10),
    ]
    assert [each.pattern for each in rules.get("label-traffic").rule_patterns()] == ["detections/*"]


def test_an_automation_rule_that_cannot_be_started_is_refused(root, monkeypatch, capsys):
    (root / "automation").mkdir()
    (root / "automation/mine.yaml").write_text("mine")
    for name, message in (
        ("mine", "automation/mine.yaml exists already"),
        ("harbour/mine", '"harbour/mine" cannot name a file; use small letters, digits and hyphens'),
    ):
        with pytest.raises(SkeletonError) as refused:
            automation_skeleton(Project.load(root), name)
        assert str(refused.value) == message
    monkeypatch.chdir(root)
    with pytest.raises(SystemExit) as stopped:
        main(["new", "automation-rule", "mine", "--table", "GateLog"])
    assert (stopped.value.code, "an automation rule reads no table" in capsys.readouterr().err) == (2, True)


@pytest.mark.parametrize(
    ("address", "table", "message"),
    [
        ("harbor/x", None, 'catalog/use-cases.yaml has no use case "harbor"; did you mean "harbour"?'),
        ("kitchen/x", None, 'catalog/use-cases.yaml has no use case "kitchen"; there are harbour'),
        ("harbour", None, '"harbour" is not a use case and a name; write it like harbour/new-rule'),
        ("harbour/../../x", None, '"../../x" cannot name a file; use small letters, digits and hyphens'),
        ("harbour/A b", None, '"A b" cannot name a file; use small letters, digits and hyphens'),
        ("harbour/x", "GateLgo", 'no log source of the catalog fills a table "GateLgo"; did you mean "GateLog"?'),
        ("harbour/x", "Zzz", 'no log source of the catalog fills a table "Zzz"; see catalog/sources'),
    ],
)
def test_what_cannot_be_started_is_refused(root, address, table, message):
    with pytest.raises(SkeletonError) as refused:
        skeleton(Project.load(root), Kind.DETECTION, address, table)
    assert str(refused.value) == message


def test_nothing_is_overwritten(root):
    (root / "detections/harbour").mkdir(parents=True)
    (root / "detections/harbour/x.yaml").write_text("mine")
    with pytest.raises(SkeletonError, match=r"detections/harbour/x\.yaml exists already"):
        skeleton(Project.load(root), Kind.DETECTION, "harbour/x")
