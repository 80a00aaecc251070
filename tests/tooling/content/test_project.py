"""Projects: what is found where, and that nothing is read before it is needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from masthead.content import standard_tables
from masthead.content.catalog_check import check_catalog
from masthead.content.discovery import find_content
from masthead.content.finding import ContentError
from masthead.content.layout import ContentFile, Kind, cases_path, content_path, kind_of
from masthead.content.project import Project, find_root

QUERY = "id: 1b2c3d4e-0000-4000-8000-00000000000{}\nname: {}\ndescription: d\nquery: AKSAudit\n"
NRT = QUERY + "severity: Low\nkind: NRT\nversion: 1.0.0\n"
RECORDING = """\
title: t
description: d
provenance: {kind: constructed, source: s}
period: {from: 2026-01-01T00:00:00Z, to: 2026-01-01T01:00:00Z}
tables: [AKSAudit]
"""
USE_CASES = "use_cases:\n  - {slug: rbac, title: RBAC, description: d, logSources: [aks], risks: {a: b}}\n"
TABLE = "name: AKSAudit\ndescription: d\nsources: [aks]\ncolumns: {TimeGenerated: datetime}\n"
FILES = {
    "catalog/use-cases.yaml": USE_CASES,
    "catalog/sources/aks.yaml": "slug: aks\ntitle: AKS\ndescription: d\ntables: [AKSAudit]\n",
    "catalog/tables/AKSAudit.yaml": TABLE,
    "catalog/threat-matrix.yaml": "not: content\n",
    "detections/rbac/bound.yaml": NRT.format(1, "Bound"),
    "detections/rbac/broken.yaml": NRT.format(2, "Broken").replace("Low", "Lwo"),
    "detections/README.md": "no content",
    "hunting/rbac/list.yml": QUERY.format(3, "List"),
    "functions/audit.yaml": QUERY.format(4, "Audit") + "version: 1.0.0\nfunctionAlias: Audit\n",
    "watchlists/ok.yaml": "id: 1b2c3d4e-0000-4000-8000-000000000005\nwatchlistAlias: okay\ndisplayName: Ok\n"
    "description: d\nitemsSearchKey: A\nversion: 1.0.0\ncolumns: [{name: A, description: d}]\n",
    "watchlists/ok.csv": "A\n1\n",
    "tests/detections/rbac/bound.yaml": "cases:\n  - {name: a, logs: [aks/night, aks/day], expect: {alerts: []}}\n",
    "tests/hunting/rbac/list.yaml": "cases:\n  - {name: a, logs: [aks/nihgt, none], expect: {count: 0}}\n",
    "tests/recordings/aks/night/recording.yaml": RECORDING,
    "tests/recordings/aks/night/AKSAudit.ndjson": "",
    "tests/recordings/aks/day/recording.yaml": RECORDING,
    "tests/recordings/aks/day/notes.yaml": "not: content\n",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, text in FILES.items():
        file = tmp_path / "project" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return tmp_path / "project"


def test_a_project_finds_its_content_by_place(root: Path) -> None:
    project = Project.load(root)
    assert [f"{file.kind}: {file.path} ({file.use_case}, {file.slug})" for file in project.files] == [
        "log-source: catalog/sources/aks.yaml (None, aks)",
        "table: catalog/tables/AKSAudit.yaml (None, AKSAudit)",
        "use-cases: catalog/use-cases.yaml (None, use-cases)",
        "detection: detections/rbac/bound.yaml (rbac, bound)",
        "detection: detections/rbac/broken.yaml (rbac, broken)",
        "function: functions/audit.yaml (None, audit)",
        "hunting-query: hunting/rbac/list.yml (rbac, list)",
        "detection-cases: tests/detections/rbac/bound.yaml (rbac, bound)",
        "hunting-cases: tests/hunting/rbac/list.yaml (rbac, list)",
        "recording: tests/recordings/aks/day/recording.yaml (None, aks/day)",
        "recording: tests/recordings/aks/night/recording.yaml (None, aks/night)",
        "watchlist: watchlists/ok.yaml (None, ok)",
    ]


def test_content_is_read_when_it_is_reached_and_then_kept(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[str] = []
    project = Project.load(root)
    read = project.document
    monkeypatch.setattr(project, "document", lambda file: reads.append(file.path) or read(file))
    assert (len(project.detections), project.recordings.slugs, reads) == (2, {"aks/day", "aks/night"}, [])
    bound = project.detections.get("bound")
    assert project.detections.at("detections/rbac/bound.yaml") is bound
    assert project.detections.at("detections/rbac/none.yaml") is project.detections.get("none") is None
    assert [each.name for each in project.detections.readable()] == ["Bound"]
    assert [str(each) for each in project.detections.findings()] == [
        'detections/rbac/broken.yaml:5:11: MH008 severity cannot be "Lwo"'
    ]
    with pytest.raises(ContentError, match="broken"):
        list(project.detections)
    assert reads == ["detections/rbac/bound.yaml", "detections/rbac/broken.yaml"]


def test_every_kind_is_read(root: Path) -> None:
    project = Project.load(root)
    assert [*project.use_cases] == ["rbac"]
    sets = (project.log_sources, project.tables, project.functions, project.watchlists, project.hunting_queries)
    assert [[each.slug for each in kind] for kind in sets] == [["aks"], ["AKSAudit"], ["audit"], ["ok"], ["list"]]
    assert [each.rows for each in project.watchlists] == [({"A": "1"},)]
    assert [each.path for each in (*project.detection_cases, *project.hunting_cases)] == [
        "tests/detections/rbac/bound.yaml",
        "tests/hunting/rbac/list.yaml",
    ]


def test_cases_are_found_at_the_mirrored_path_and_their_recordings_by_name(root: Path) -> None:
    project = Project.load(root)
    bound, listing = project.detections.get("bound"), project.hunting_queries.get("list")
    assert bound
    assert listing
    cases = project.cases_for(bound)
    assert cases
    assert [each.name for each in project.recordings_of(cases.cases[0])] == ["aks/night", "aks/day"]
    hunting = project.cases_for(listing)
    assert hunting
    with pytest.raises(ContentError) as caught:
        project.recordings_of(hunting.cases[0])
    assert [(str(each), each.hint) for each in caught.value.findings] == [
        ('tests/hunting/rbac/list.yaml:2:22: MH017 there is no recording "aks/nihgt"', 'Did you mean "aks/night"?'),
        (
            'tests/hunting/rbac/list.yaml:2:33: MH017 there is no recording "none"',
            "Recordings are folders below tests/recordings.",
        ),
    ]
    (root / "tests/detections/rbac/bound.yaml").unlink()
    assert Project.load(root).cases_for(bound) is None


def test_schemas_come_from_the_catalog_first_and_then_from_azure_monitor(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = Project.load(root)
    standard = {"AKSAudit": {"Other": {"data_type": "string"}}, "Odd": {"A": {"data_type": "Double"}}}
    monkeypatch.setattr(standard_tables, "_tables", lambda: standard)
    assert [project.schema(table) for table in ("AKSAudit", "Odd", "None")] == [
        {"TimeGenerated": "datetime"},
        {"A": "real"},
        None,
    ]
    assert project.table_names == {"AKSAudit", "Odd"}


def test_the_standard_tables_have_kusto_types_only() -> None:
    pytest.importorskip("sigma")
    tables = standard_tables.standard_tables()
    assert {"SigninLogs", "SecurityEvent", "AzureActivity"} <= tables
    types = {kind for table in tables for kind in (standard_tables.standard_schema(table) or {}).values()}
    assert types <= {"string", "long", "int", "real", "bool", "datetime", "timespan", "dynamic", "guid", "decimal"}


def found(root: Path, *paths: str) -> list[str]:
    return [f"{file.kind}: {file.path}" for file in find_content(root, [root / path for path in paths])]


def test_paths_name_files_folders_and_what_describes_them(root: Path) -> None:
    (root / "vendor/.git").mkdir(parents=True)
    (root / "vendor/rule.yaml").write_text(NRT.format(6, "Theirs"))
    (root / "vendor/hunt.yaml").write_text(QUERY.format(7, "Theirs") + "tactics: []\n")
    (root / "vendor/values.yaml").write_text("query: x\n")
    (root / "vendor/.git/rule.yaml").write_text(NRT.format(8, "Hidden"))
    assert found(root, "detections", "detections/rbac/bound.yaml") == [
        "detection: detections/rbac/bound.yaml",
        "detection: detections/rbac/broken.yaml",
    ]
    assert found(root, "watchlists/ok.csv", "tests/recordings/aks/night/AKSAudit.ndjson") == [
        "recording: tests/recordings/aks/night/recording.yaml",
        "watchlist: watchlists/ok.yaml",
    ]
    (root / "watchlists/overrides").mkdir()
    (root / "watchlists/overrides/ok.live.csv").write_text("A\n2\n")
    with pytest.raises(ContentError, match="MH010 this is not a content file"):
        found(root, "watchlists/overrides/ok.live.csv")
    (root / "workspaces.yaml").write_text("workspaces:\n")
    assert found(root, "watchlists/overrides/ok.live.csv") == ["workspaces: workspaces.yaml"]
    assert found(root, "vendor") == ["hunting-query: vendor/hunt.yaml", "detection: vendor/rule.yaml"]
    theirs = Project.load(root).read(ContentFile("vendor/rule.yaml", Kind.DETECTION))
    assert (theirs.slug, theirs.use_case) == ("rule", None)


def test_paths_without_content_are_named_all_at_once(root: Path, tmp_path: Path) -> None:
    (root / "empty").mkdir()
    (tmp_path / "outside.yaml").write_text(NRT.format(9, "Outside"))
    paths = ["empty", "catalog/threat-matrix.yaml", "missing", "../outside.yaml", "detections/README.md", "detections"]
    with pytest.raises(ContentError) as caught:
        found(root, *paths)
    assert [str(each) for each in caught.value.findings] == [
        "empty: MH010 the folder holds no content",
        "catalog/threat-matrix.yaml: MH010 this is not a content file",
        "missing: MH001 there is no such file or folder",
        f"{root / '../outside.yaml'}: MH001 the path lies outside the project",
        "detections/README.md: MH010 this is not a content file",
    ]


def test_the_root_is_the_nearest_folder_that_looks_like_one(root: Path, tmp_path: Path) -> None:
    assert find_root(root / "detections/rbac/bound.yaml") == root
    inner = root / "team"
    (inner / "rules").mkdir(parents=True)
    assert find_root(inner / "rules") == root
    (inner / "pyproject.toml").write_text("[tool.masthead]\nselect = ['MH008']\n")
    assert find_root(inner / "rules") == inner
    assert (Project.load(inner).settings, Project.load(root).settings) == ({"select": ["MH008"]}, {})
    (inner / "pyproject.toml").write_text("[tool")
    with pytest.raises(ContentError, match=r"pyproject\.toml: MH019 the file cannot be read"):
        find_root(inner)
    with pytest.raises(ContentError, match="MH001 this is not inside a Masthead project"):
        find_root(tmp_path)
    with pytest.raises(ContentError, match="MH001 there is no such folder"):
        Project.load(tmp_path / "none")


def test_cases_and_content_mirror_each_other() -> None:
    assert cases_path("detections/rbac/a.yaml") == "tests/detections/rbac/a.yaml"
    assert content_path("tests/hunting/rbac/a.yaml") == "hunting/rbac/a.yaml"
    assert (cases_path("functions/a.yaml"), content_path("tests/recordings/a/recording.yaml")) == (None, None)
    assert [kind_of(path) for path in ("detections.yaml", "detections/a.json", "tests/tooling/a.yaml")] == [None] * 3


def test_a_catalog_that_agrees_with_itself_and_one_that_does_not(root: Path) -> None:
    assert check_catalog(Project.load(root)) == []
    use_case = "  - {slug: rbac, title: R, description: d, logSources: [ask], alsoUseful: [x], risks: {a: b}}\n"
    (root / "catalog/use-cases.yaml").write_text(USE_CASES + use_case)
    (root / "catalog/sources/aks.yaml").write_text("slug: ask\ntitle: AKS\ndescription: d\ntables: [AksAudit]\n")
    (root / "catalog/tables/AKSAudit.yaml").write_text(TABLE.replace("AKSAudit", "AksAudit").replace("[aks]", "[gke]"))
    findings = check_catalog(Project.load(root))
    assert [(str(each).removeprefix("catalog/"), each.hint) for each in findings] == [
        ("use-cases.yaml:3:12: MH018 the use case rbac stands here a second time", "Rename it, or merge the two."),
        ("use-cases.yaml:3:57: MH018 the catalog has no log source ask", None),
        ("use-cases.yaml:3:76: MH018 the catalog has no log source x", None),
        ("sources/aks.yaml:1:7: MH018 slug is ask, but the file is called aks", "Rename one of the two."),
        ("sources/aks.yaml:4:10: MH018 the catalog has no table AksAudit", 'Did you mean "AKSAudit"?'),
        ("tables/AKSAudit.yaml:1:7: MH018 name is AksAudit, but the file is called AKSAudit", "Rename one of the two."),
        ("tables/AKSAudit.yaml:3:11: MH018 the catalog has no log source gke", None),
    ]
    (root / "catalog/use-cases.yaml").write_text("use_cases: no\n")
    assert len(check_catalog(Project.load(root))) == 4


def test_what_a_log_source_says_of_tables_is_about_its_own(root: Path) -> None:
    source = """\
slug: aks
title: AKS
description: d
tables: [AKSAudit]
freshnessOf: {AksAudit: 1h}
rowsOf: {Other: x == 1}
diagnosticSetting: {of: tenant, categories: {AKSAudit: audit, Third: audit}}
connect: [{do: Wait., tables: [AKSAudit, Fourth]}]
"""
    (root / "catalog/sources/aks.yaml").write_text(source)
    assert [(str(each).removeprefix("catalog/sources/"), each.hint) for each in check_catalog(Project.load(root))] == [
        ("aks.yaml:5:15: MH018 aks fills no table AksAudit", 'Did you mean "AKSAudit"?'),
        ("aks.yaml:6:10: MH018 aks fills no table Other", "Name one of its tables."),
        ("aks.yaml:7:63: MH018 aks fills no table Third", "Name one of its tables."),
        ("aks.yaml:8:42: MH018 aks fills no table Fourth", "Name one of its tables."),
    ]
