"""Patterns that name content, looked at together with the content that there is."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import PurePosixPath

from masthead.content.layout import DEPLOYED, SUFFIXES, ContentFile, Kind
from masthead.content.patterns import matches, named
from masthead.content.schema import closest
from masthead.lint.overview import Overview


def named_by(overview: Overview, pattern: str, kinds: Collection[Kind] = DEPLOYED) -> list[ContentFile]:
    """The files of the project, of some kinds, that the pattern names."""
    return [file for file in overview.project.files if file.kind in kinds and matches(pattern, file.path)]


def pattern_hint(overview: Overview, pattern: str, kinds: Collection[Kind] = DEPLOYED) -> str:
    """What to do about a pattern that names nothing."""
    ending = next((each for each in SUFFIXES if pattern.endswith(each)), None)
    if ending and named_by(overview, pattern.removesuffix(ending), kinds):
        return f'Leave the ending out: "{pattern.removesuffix(ending)}".'
    names = [named(file.path) for file in overview.project.files if file.kind in kinds]
    folders = {f"{folder}/*" for name in names for folder in PurePosixPath(name).parents if folder.name}
    near = closest(pattern, sorted(folders) if "*" in pattern else names)
    return f'Did you mean "{near}"?' if near else "Write paths without their ending, with * for any characters."
