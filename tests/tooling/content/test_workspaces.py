"""Workspaces: what workspaces.yaml says, what it may not say, and what content they get in which form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from masthead.content.document import parse_document
from masthead.content.finding import ContentError
from masthead.content.project import Project
from masthead.content.workspaces import Cloud, Override, Workspace
from masthead.content.workspaces_file import read_workspaces

DATA = yaml.safe_load((Path(__file__).parent / "workspaces.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def workspaces() -> dict[str, Workspace]:
    return read_workspaces(parse_document(DATA["accepted"], "workspaces.yaml"))


@pytest.mark.parametrize("case", DATA["refusals"], ids=lambda case: case["name"])
def test_what_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(ContentError) as caught:
        read_workspaces(parse_document(case["text"], "workspaces.yaml"))
    said = [f"{each.span.start} {each.message} -- {each.hint}" for each in caught.value.findings]
    assert (said, {each.severity.value for each in caught.value.findings}) == (case["says"], {"error"})


def test_workspaces_are_read_in_the_order_of_the_file_with_what_their_groups_say_first(
    workspaces: dict[str, Workspace],
) -> None:
    assert list(workspaces) == ["production", "staging"]
    production, staging = workspaces.values()
    document = production.document
    assert document

    def override(part: str, name: str, pattern: str, **said: Any) -> Override:
        return Override(pattern=pattern, document=document, at=(part, name, "overrides", pattern), **said)

    assert production == Workspace(
        name="production",
        subscription="11111111-1111-4111-8111-111111111111",
        resource_group="rg-security",
        workspace="law-security",
        cloud=Cloud.CHINA,
        tenant="22222222-2222-4222-8222-222222222222",
        location="chinaeast2",
        owner="shop",
        groups=("live", "asia"),
        include=("watchlists/*", "detections/*", "functions/*"),
        exclude=("detections/rbac/try-out", "detections/ci-cd/*"),
        overrides=(
            override("groups", "live", "detections/rbac/*", enabled=False, severity="Medium"),
            override("groups", "asia", "detections/rbac/bound", severity="Low", trigger_threshold=0),
            override("workspaces", "production", "detections/rbac/*", severity="High"),
            override("workspaces", "production", "watchlists/approved", rows="watchlists/overrides/approved.csv"),
        ),
        document=document,
        at=("workspaces", "production"),
    )
    assert staging == Workspace(
        name="staging",
        subscription="11111111-1111-4111-8111-111111111111",
        resource_group="rg-security",
        workspace="law-staging",
        document=document,
        at=("workspaces", "staging"),
    )


def test_a_workspace_gets_what_is_included_or_everything_without_what_is_excluded(
    workspaces: dict[str, Workspace],
) -> None:
    paths = [
        "detections/rbac/bound.yaml",
        "detections/rbac/try-out.yaml",
        "detections/ci-cd/leak.yml",
        "hunting/rbac/who.yaml",
        "watchlists/approved.yaml",
    ]
    production, staging = workspaces.values()
    assert [path for path in paths if production.gets(path)] == [paths[0], paths[4]]
    assert [path for path in paths if staging.gets(path)] == paths


def test_the_last_override_that_says_a_value_decides_it(workspaces: dict[str, Workspace]) -> None:
    production, staging = workspaces.values()
    deciding = {field: each.at[1] for field, each in production.deciding("detections/rbac/bound.yaml").items()}
    assert deciding == {"enabled": "live", "severity": "production", "trigger_threshold": "asia"}
    assert list(production.deciding("watchlists/approved.yaml")) == ["rows"]
    assert staging.deciding("detections/rbac/bound.yaml") == {}


def test_a_project_has_the_workspaces_of_its_file_or_none(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.masthead]\n")
    assert Project.load(tmp_path).workspaces == {}
    (tmp_path / "workspaces.yaml").write_text(DATA["accepted"])
    project = Project.load(tmp_path)
    assert [*project.workspaces] == ["production", "staging"]
    assert [f"{file.kind}: {file.path}" for file in project.files] == ["workspaces: workspaces.yaml"]
