"""Templates: golden files for each kind, the same value in both languages, and what Sentinel is told of the files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from masthead.content.finding import ContentError
from masthead.content.project import Project
from masthead.content.workspaces import Workspace
from masthead.workspace.desired import desired
from masthead.workspace.errors import WorkspaceError
from masthead.workspace.export.arm import arm_text
from masthead.workspace.export.bicep import bicep_text
from masthead.workspace.export.files import export, file_name
from masthead.workspace.export.folder import apply, changes
from masthead.workspace.export.language import Language
from masthead.workspace.export.template import TYPES, Reference, Template, template
from masthead.workspace.resources import ResourceKind

HERE = Path(__file__).parent
ROOT = HERE.parents[3]
WRITERS = {"arm": arm_text, "bicep": bicep_text}
SUFFIXES = {"arm": ".json", "bicep": ".bicep"}
GOLDEN = ("detections/rbac/granted", "hunting/rbac/looked-for", "functions/recent", "workbooks/rbac/page",
          "automation/close")  # fmt: skip


@pytest.fixture(scope="module")
def small() -> Project:
    return Project.load(HERE / "golden" / "content")


@pytest.mark.parametrize("path", GOLDEN)
def test_each_kind_is_written_like_this(small: Project, language: str, path: str) -> None:
    golden = HERE / "golden" / language / (path + SUFFIXES[language])
    found = export(small, Language(language)).files[path + SUFFIXES[language]]
    assert found == golden.read_text(encoding="utf-8")


def test_sentinel_is_told_what_to_deploy_first(small: Project) -> None:
    files = export(small, Language.ARM).files
    assert json.loads(files["sentinel-deployment.config"]) == {
        "prioritizedcontentfiles": [
            "functions/recent.json",
            "detections/rbac/granted.json",
        ],
        "excludecontentfiles": [],
        "parameterfilemappings": {},
    }


def test_watchlists_are_left_out_and_told(small: Project) -> None:
    assert [each.path for each in export(small, Language.BICEP).left_out] == ["watchlists/networks.yaml"]


def test_a_named_workspace_has_its_patterns_and_its_ids_still_become_the_parameter(small: Project) -> None:
    workspace = Workspace(name="prod", subscription="s", resource_group="rg", workspace="ws", exclude=("hunting/*",))
    found, everything = export(small, Language.ARM, workspace).files, export(small, Language.ARM).files
    assert found == {path: text for path, text in everything.items() if not path.startswith("hunting/")}


def test_the_content_of_this_repository_means_in_both_languages_what_a_deployment_sends(
    language: str, evaluated: Callable[[str], dict[str, Any]]
) -> None:
    workspace = Workspace(name="w", subscription="1", resource_group="contoso", workspace="contoso")
    wanted = [each for each in desired(Project.load(ROOT), workspace, tables=False) if each.key.kind in TYPES]
    assert len(wanted) > 150
    for each in wanted:
        found = evaluated(WRITERS[language](template(each, workspace)))
        sent = json.loads(json.dumps(each.body).replace(workspace.resource_id, "/subscriptions/1/contoso"))
        assert {name: found.get(name) for name in sent} == sent


TRICKY = st.sampled_from(
    ["'''", "'", "${", "$", "{", "\\", "[", "]", "\n", "\r\n", "\t", "é", "\U0001f600", "\x07", "\u2028", "a"]
)
TEXTS = st.lists(TRICKY, max_size=8).map("".join) | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NAMES = st.sampled_from(["name2", "if", "hidden-title", "${a}", "it's", "é"])
VALUES = st.recursive(
    TEXTS | st.integers(-(2**31), 2**31) | st.booleans() | st.none() | st.floats(-9, 9) | TEXTS.map(Reference),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)


def meant(value: Any) -> Any:
    if isinstance(value, Reference):
        return "/subscriptions/1/contoso" + value.rest
    if isinstance(value, dict):
        return {name: meant(each) for name, each in value.items()}
    return [meant(each) for each in value] if isinstance(value, list) else value


@given(value=VALUES, kind=st.sampled_from(list(TYPES)))
@example(value="[concat('a')]", kind=ResourceKind.DETECTION)
@example(value="[[a]", kind=ResourceKind.DETECTION)
@example(value="[a", kind=ResourceKind.DETECTION)
@example(value="a\nb'", kind=ResourceKind.DETECTION)
@example(value="\na ${b}\n", kind=ResourceKind.DETECTION)
@example(value="a\n'''", kind=ResourceKind.DETECTION)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_value_means_itself(
    language: str, evaluated: Callable[[str], dict[str, Any]], value: Any, kind: ResourceKind
) -> None:
    made = Template(type=TYPES[kind], id="it's-${me}", source="a.yaml", body={"kind": "Scheduled", "properties": value})
    found = evaluated(WRITERS[language](made))
    infix = TYPES[kind].infix
    assert found["name"] == "it's-${me}" if infix is None else f"contoso{infix}it's-${{me}}"
    assert (found["type"], found["apiVersion"]) == (TYPES[kind].name, TYPES[kind].version)
    assert found["properties"] == meant(value)
    assert set(found) - {"location", "etag"} == {"type", "apiVersion", "name", "kind", "properties"}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("detections/rbac/granted.yaml", "detections/rbac/granted.json"),
        ("detections/kubelet/instance-metadata.yaml", "detections/kubelet/instance-metadata-content.json"),
        ("detections/a/Metadata.yml", "detections/a/Metadata-content.json"),
        ("workbooks/a/b.parameters.workbook", "workbooks/a/b-parameters.json"),
        ("functions/bicepconfig.yaml", "functions/bicepconfig-content.json"),
    ],
)
def test_no_file_has_a_name_that_sentinel_passes_over(path: str, name: str) -> None:
    assert file_name(path, ".json") == name


def test_two_contents_that_would_be_one_file_are_refused(tmp_path: Path) -> None:
    for name, digit in (("a.b", "1"), ("a-b", "2")):
        path = tmp_path / "functions" / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        text = (HERE / "golden/content/functions/recent.yaml").read_text(encoding="utf-8")
        path.write_text(text.replace("7143650f", f"{digit}143650f"), encoding="utf-8")
    with pytest.raises(WorkspaceError) as caught:
        export(Project.load(tmp_path), Language.BICEP)
    assert caught.value.message == (
        "functions/a-b.yaml and functions/a.b.yaml would both be exported as functions/a-b.bicep"
    )


def test_content_that_cannot_be_read_is_not_exported_by_halves(tmp_path: Path) -> None:
    (tmp_path / "functions").mkdir()
    (tmp_path / "functions/broken.yaml").write_text("id: 1", encoding="utf-8")
    with pytest.raises(ContentError):
        export(Project.load(tmp_path), Language.ARM)


def test_only_what_an_export_wrote_is_removed_and_nothing_is_written_twice(tmp_path: Path, small: Project) -> None:
    files = export(small, Language.ARM).files
    first = changes(tmp_path, files)
    assert (first.written, first.removed) == (tuple(files), ())
    apply(tmp_path, files, first)
    assert changes(tmp_path, files).written == ()
    mine = tmp_path / "detections" / "mine.json"
    mine.write_text("{}", encoding="utf-8")
    bicep = export(small, Language.BICEP).files
    second = changes(tmp_path, bicep)
    assert second.removed == tuple(sorted(path for path in files if path.endswith(".json")))
    apply(tmp_path, bicep, second)
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert left == {*bicep, "detections/mine.json"}
