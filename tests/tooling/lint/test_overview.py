"""Looking at one file of many: the names of the others count, and only what can be known is called unused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from masthead.content.layout import ContentFile, Kind
from masthead.content.project import Project
from masthead.lint.facts import Facts
from masthead.lint.overview import Overview


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("name: Plain\n", "Plain"),
        ("name: 'Quoted'  # comment\n", "Quoted"),
        ('name: "Quoted"\r\n', "Quoted"),
        ("name: Plain # comment\n", "Plain"),
        ("description: |\n  name: Not this\nname: This\n", "This"),
        ("name: >-\n  Folded\n", None),
    ],
)
def test_names_of_other_files_are_peeked_at(text: str, name: str | None, make_project: Callable[..., Path]) -> None:
    root = make_project(files={"detections/rbac/other.yaml": text})
    overview = Overview(Project.load(root), {})
    known = {each.file.path: each.names.get("name") for each in overview.known}
    place = known["detections/rbac/other.yaml"]
    assert (place.value if place else None) == name


def test_a_rule_is_compared_with_files_that_were_not_asked_for(
    make_project: Callable[..., Path], places_of: Callable
) -> None:
    from masthead.lint.run import lint
    from masthead.lint.settings import read_settings

    root = make_project(rule="name: Same\n", files={"detections/rbac/other.yaml": "name: 'SAME'\n"})
    file = ContentFile("detections/rbac/rule.yaml", Kind.DETECTION)
    result = lint(Project.load(root), [file], read_settings({}, ["MH1", "MH7"]), use_cache=False)
    assert places_of(result.findings) == [
        'detections/rbac/rule.yaml:1:7: error MH102 the name "Same" is also that of detections/rbac/other.yaml',
        "detections/rbac/rule.yaml:1:7: warning MH701 there are no cases for this content",
    ]


def test_only_the_whole_project_is_whole(make_project: Callable[..., Path]) -> None:
    project = Project.load(make_project(rule=""))
    facts = {file: Facts({}) for file in project.files}
    assert Overview(project, facts).whole
    assert not Overview(project, dict(list(facts.items())[1:])).whole
