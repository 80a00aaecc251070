"""`fixtures`: what a case gives in place of that which lies outside the workspace."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from masthead.content.cases import Case
from masthead.content.files import read_text
from masthead.content.finding import ContentError
from masthead.content.layout import FIXTURES
from masthead.content.project import Project
from masthead.kql import Fixture
from masthead.testing.findings import problem

MAX_BYTES = 16 * 1024 * 1024
"""The size of a fixture's file."""


def fixtures_of(case: Case, project: Project) -> dict[str, Fixture]:
    """The fixtures of a case by their names. Raises ContentError for a file that cannot be read."""
    return {name: _fixture(case, name, given, project) for name, given in case.fixtures.items()}


def _fixture(case: Case, name: str, given: Any, project: Project) -> Fixture:
    if isinstance(given, list):
        return Fixture(rows=given)
    if isinstance(given, dict) and "rows" in given:
        return Fixture(rows=given["rows"], columns=given.get("columns"))
    columns, file = (given.get("columns"), given["file"]) if isinstance(given, dict) else (None, given)
    path = PurePosixPath(file)
    if path.is_absolute() or ".." in path.parts:
        message = f"the file {file} does not lie below {FIXTURES}"
        raise ContentError(problem("MH956", message, case.document, case.at))
    text = read_text(project.root / FIXTURES / path, project.root, MAX_BYTES).text
    return Fixture(text=text, format=path.suffix.removeprefix("."), columns=columns)
