"""A project: all its content, read when it is asked for and kept."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, TypeVar

from masthead.content.automation_rules import AutomationRule
from masthead.content.cases import Case, CaseFile
from masthead.content.catalog import LogSource, Table, UseCase, read_use_cases
from masthead.content.discovery import project_files
from masthead.content.document import Document, read_document
from masthead.content.finding import ContentError, Finding, finding
from masthead.content.functions import Function
from masthead.content.layout import SUFFIXES, USE_CASES, WORKSPACES, ContentFile, Kind, cases_path, kind_of
from masthead.content.model import Content, Detection, HuntingQuery, Query
from masthead.content.notebooks import read_notebook
from masthead.content.recording import Recording
from masthead.content.schema import closest
from masthead.content.standard_tables import standard_schema, standard_tables
from masthead.content.watchlists import Watchlist
from masthead.content.workbook_yaml import read_workbook
from masthead.content.workbooks import Workbook
from masthead.content.workspaces import Workspace
from masthead.content.workspaces_file import read_workspaces

T = TypeVar("T", bound=Content, covariant=True)


class Project:
    """A repository with content.

    Nothing is read before it is asked for: a project with hundreds of rules opens as fast as an empty one. What was
    read is kept, and so is the ContentError of what could not be.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self._documents: dict[str, Document] = {}
        self._contents: dict[ContentFile, Content | ContentError] = {}

    def __repr__(self) -> str:
        return f"Project({str(self.root)!r})"

    @classmethod
    def load(cls, root: Path) -> Project:
        """The project at `root`. Raises ContentError MH001 when that is not a folder."""
        if not root.is_dir():
            raise ContentError(finding("MH001", "there is no such folder", root.as_posix()))
        return cls(root)

    @cached_property
    def settings(self) -> dict[str, Any]:
        """What pyproject.toml says under [tool.masthead]. Raises ContentError MH019 when it cannot be read."""
        return read_settings(self.root) or {}

    @cached_property
    def files(self) -> tuple[ContentFile, ...]:
        """All the content files, sorted by path."""
        return project_files(self.root)

    def document(self, file: ContentFile) -> Document:
        """The YAML of `file`. Raises ContentError like `read_document`."""
        if file.path not in self._documents:
            self._documents[file.path] = read_document(self.root / file.path, self.root)
        return self._documents[file.path]

    def read(self, file: ContentFile) -> Content:
        """The content in `file`. Raises ContentError: what its document or its schema refuses, at once or again."""
        if file not in self._contents:
            try:
                self._contents[file] = self._reader(file)(self.document(file), file)
            except ContentError as error:
                self._contents[file] = error
        content = self._contents[file]
        if isinstance(content, ContentError):
            raise content
        return content

    def _reader(self, file: ContentFile) -> Callable[[Document, ContentFile], Content]:
        if file.kind is Kind.WATCHLIST:
            return lambda document, file: Watchlist.read(document, file, self.root)
        if file.kind is Kind.RECORDING:
            return lambda document, file: Recording.read(document, file, self.root)
        return read_notebook if file.is_notebook else _READERS[file.kind]

    @cached_property
    def detections(self) -> ContentSet[Detection]:
        """The analytics rules."""
        return ContentSet(self, Kind.DETECTION)

    @cached_property
    def hunting_queries(self) -> ContentSet[HuntingQuery]:
        """The hunting queries."""
        return ContentSet(self, Kind.HUNTING_QUERY)

    @cached_property
    def functions(self) -> ContentSet[Function]:
        """The KQL functions."""
        return ContentSet(self, Kind.FUNCTION)

    @cached_property
    def watchlists(self) -> ContentSet[Watchlist]:
        """The watchlists."""
        return ContentSet(self, Kind.WATCHLIST)

    @cached_property
    def workbooks(self) -> ContentSet[Workbook]:
        """The workbooks."""
        return ContentSet(self, Kind.WORKBOOK)

    @cached_property
    def automation_rules(self) -> ContentSet[AutomationRule]:
        """The automation rules."""
        return ContentSet(self, Kind.AUTOMATION_RULE)

    @cached_property
    def log_sources(self) -> ContentSet[LogSource]:
        """The log sources of the catalog."""
        return ContentSet(self, Kind.LOG_SOURCE)

    @cached_property
    def tables(self) -> ContentSet[Table]:
        """The tables of the catalog; a table's slug is its name."""
        return ContentSet(self, Kind.TABLE)

    @cached_property
    def recordings(self) -> ContentSet[Recording]:
        """The recordings; a recording's slug is the name that cases use."""
        return ContentSet(self, Kind.RECORDING)

    @cached_property
    def detection_cases(self) -> ContentSet[CaseFile]:
        """The files of cases for analytics rules."""
        return ContentSet(self, Kind.DETECTION_CASES)

    @cached_property
    def hunting_cases(self) -> ContentSet[CaseFile]:
        """The files of cases for hunting queries."""
        return ContentSet(self, Kind.HUNTING_CASES)

    @cached_property
    def workbook_cases(self) -> ContentSet[CaseFile]:
        """The files of cases for workbooks."""
        return ContentSet(self, Kind.WORKBOOK_CASES)

    @cached_property
    def use_case_list(self) -> tuple[UseCase, ...]:
        """The use cases in the catalog's order, doubled slugs included; none without a catalog. Raises ContentError."""
        if not (self.root / USE_CASES).is_file():
            return ()
        return read_use_cases(self.document(ContentFile(USE_CASES, Kind.USE_CASES)))

    @cached_property
    def use_cases(self) -> dict[str, UseCase]:
        """The use cases by slug, in the catalog's order. Raises ContentError."""
        return {each.slug: each for each in self.use_case_list}

    @cached_property
    def workspaces(self) -> dict[str, Workspace]:
        """The workspaces by name, in the order of workspaces.yaml; none without that file. Raises ContentError."""
        if not (self.root / WORKSPACES).is_file():
            return {}
        return read_workspaces(self.document(ContentFile(WORKSPACES, Kind.WORKSPACES)))

    def cases_for(self, content: Query | Workbook) -> CaseFile | None:
        """The cases of a piece of content; None when it has none. Raises ContentError for a broken file."""
        mirrored = cases_path(content.path)
        for suffix in SUFFIXES:
            path = mirrored.rsplit(".", 1)[0] + suffix if mirrored else ""
            kind = kind_of(path)
            if kind and (self.root / path).is_file():
                cases = self.read(ContentFile(path, kind))
                assert isinstance(cases, CaseFile)
                return cases
        return None

    def recordings_of(self, case: Case) -> tuple[Recording, ...]:
        """The recordings that the case names. Raises ContentError, MH017 for names that no recording has."""
        recordings = [(index, name, self.recordings.get(name)) for index, name in enumerate(case.logs)]
        unknown = [
            self._unknown_recording(case, index, name) for index, name, recording in recordings if recording is None
        ]
        if unknown:
            raise ContentError(unknown)
        return tuple(recording for _, _, recording in recordings if recording)

    def _unknown_recording(self, case: Case, index: int, name: str) -> Finding:
        near = closest(name, self.recordings.slugs)
        hint = f'Did you mean "{near}"?' if near else "Recordings are folders below tests/recordings."
        return case.document.finding("MH017", f'there is no recording "{name}"', (*case.at, "logs", index), hint=hint)

    def schema(self, table: str) -> dict[str, str] | None:
        """The columns of `table` with their Kusto types: the catalog's, else Azure Monitor's own; None if unknown."""
        own = self.tables.get(table)
        return own.columns if own else standard_schema(table)

    @property
    def table_names(self) -> frozenset[str]:
        """The names of all the tables that `schema` knows."""
        return standard_tables() | self.tables.slugs


_READERS: dict[Kind, Callable[[Document, ContentFile], Content]] = {
    Kind.DETECTION: Detection.read,
    Kind.HUNTING_QUERY: HuntingQuery.read,
    Kind.FUNCTION: Function.read,
    Kind.WORKBOOK: read_workbook,
    Kind.AUTOMATION_RULE: AutomationRule.read,
    Kind.LOG_SOURCE: LogSource.read,
    Kind.TABLE: Table.read,
    Kind.DETECTION_CASES: CaseFile.read,
    Kind.HUNTING_CASES: CaseFile.read,
    Kind.WORKBOOK_CASES: CaseFile.read,
}


@dataclass(frozen=True, eq=False)
class ContentSet(Generic[T]):
    """The content of one kind in a project, sorted by path, each read when it is reached.

    Iterating raises the ContentError of the first file that cannot be used; `readable` passes over such files and
    `findings` says what is wrong with them.
    """

    project: Project
    kind: Kind

    @cached_property
    def files(self) -> tuple[ContentFile, ...]:
        """The files, without reading them."""
        return tuple(file for file in self.project.files if file.kind is self.kind)

    @cached_property
    def _by_slug(self) -> dict[str, ContentFile]:
        return {file.slug: file for file in self.files}

    @property
    def slugs(self) -> frozenset[str]:
        """The slugs of all of them, without reading them."""
        return frozenset(self._by_slug)

    def __len__(self) -> int:
        return len(self.files)

    def __iter__(self) -> Iterator[T]:
        return (self._read(file) for file in self.files)

    def get(self, slug: str) -> T | None:
        """The one with this slug, or None. Raises its ContentError when it cannot be used."""
        file = self._by_slug.get(slug)
        return self._read(file) if file else None

    def at(self, path: str) -> T | None:
        """The one in the file at `path` (relative to the root), or None. Raises its ContentError."""
        file = next((each for each in self.files if each.path == path), None)
        return self._read(file) if file else None

    def readable(self) -> Iterator[T]:
        """Those that can be used."""
        for file in self.files:
            try:
                yield self._read(file)
            except ContentError:
                continue

    def findings(self) -> Iterator[Finding]:
        """Why the others cannot."""
        for file in self.files:
            try:
                self._read(file)
            except ContentError as error:
                yield from error.findings

    def _read(self, file: ContentFile) -> T:
        return self.project.read(file)  # type: ignore[return-value]  # the kind decides the type


def find_root(start: Path) -> Path:
    """The root of the project that `start` (a file or folder) lies in: the nearest folder above it that has a
    pyproject.toml with [tool.masthead], or both detections/ and catalog/.

    Raises ContentError: MH001 when there is none, MH019 when a pyproject.toml on the way cannot be read.
    """
    resolved = start.resolve()
    for folder in (resolved, *resolved.parents):
        if (folder / "detections").is_dir() and (folder / "catalog").is_dir():
            return folder
        if read_settings(folder) is not None:
            return folder
    hint = "Go into the project's folder, or mark its root with a [tool.masthead] section in pyproject.toml."
    raise ContentError(finding("MH001", "this is not inside a Masthead project", start.as_posix(), hint=hint))


def read_settings(folder: Path) -> dict[str, Any] | None:
    """[tool.masthead] of the pyproject.toml in `folder`; None without one. Raises ContentError MH019."""
    path = folder / "pyproject.toml"
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8")).get("tool", {}).get("masthead")
    except FileNotFoundError:
        return None
    except NotADirectoryError:
        return None
    except (OSError, ValueError) as error:
        raise ContentError(finding("MH019", f"the file cannot be read: {error}", path.name)) from None
    if settings is not None and not isinstance(settings, dict):
        raise ContentError(finding("MH019", "[tool.masthead] must be a table", path.name))
    return settings
