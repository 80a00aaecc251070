"""The folders of a project, and which kind of file lives where."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath


class Kind(StrEnum):
    """A type of content file; the value is also the name of its JSON Schema."""

    DETECTION = "detection"
    HUNTING_QUERY = "hunting-query"
    FUNCTION = "function"
    WATCHLIST = "watchlist"
    WORKBOOK = "workbook"
    AUTOMATION_RULE = "automation-rule"
    WORKSPACES = "workspaces"
    USE_CASES = "use-cases"
    LOG_SOURCE = "log-source"
    TABLE = "table"
    DETECTION_CASES = "detection-cases"
    HUNTING_CASES = "hunting-cases"
    WORKBOOK_CASES = "workbook-cases"
    RECORDING = "recording"


SUFFIXES = (".yaml", ".yml")
FIXTURES = "tests/fixtures"
RECORDINGS = "tests/recordings"
ROWS_SUFFIXES = (".ndjson", ".ndjson.gz")
"""How the files end that hold the rows of a recording, as <Table>.ndjson; the second is gzipped."""

USE_CASES = "catalog/use-cases.yaml"
WORKSPACES = "workspaces.yaml"

FOLDERS: dict[Kind, str] = {
    Kind.DETECTION: "detections",
    Kind.HUNTING_QUERY: "hunting",
    Kind.FUNCTION: "functions",
    Kind.WATCHLIST: "watchlists",
    Kind.WORKBOOK: "workbooks",
    Kind.AUTOMATION_RULE: "automation",
    Kind.LOG_SOURCE: "catalog/sources",
    Kind.TABLE: "catalog/tables",
    Kind.DETECTION_CASES: "tests/detections",
    Kind.HUNTING_CASES: "tests/hunting",
    Kind.WORKBOOK_CASES: "tests/workbooks",
    Kind.RECORDING: RECORDINGS,
}
"""The folder of each kind; files lie in it or below. What is one file has its place in `SINGLE_FILES`."""

SINGLE_FILES: dict[str, Kind] = {USE_CASES: Kind.USE_CASES, WORKSPACES: Kind.WORKSPACES}
"""The kinds of which a project has one file, by the path of that file."""

DEPLOYED = (
    Kind.DETECTION,
    Kind.HUNTING_QUERY,
    Kind.FUNCTION,
    Kind.WATCHLIST,
    Kind.WORKBOOK,
    Kind.AUTOMATION_RULE,
)
"""The kinds of content that a workspace gets."""

NOTEBOOK_SUFFIXES = (".workbook", ".json")
"""How the files end that hold a workbook as Azure keeps it; others are YAML."""

_WITH_CASES = (Kind.DETECTION, Kind.HUNTING_QUERY, Kind.WORKBOOK)
CASES = (Kind.DETECTION_CASES, Kind.HUNTING_CASES, Kind.WORKBOOK_CASES)
"""The kinds of files of cases."""

_BY_USE_CASE = (*_WITH_CASES, *CASES)


def kind_of(path: str) -> Kind | None:
    """The kind of the file at `path` (relative to the root) by its place, or None when nothing is kept there."""
    if path.endswith(NOTEBOOK_SUFFIXES):
        return Kind.WORKBOOK if path.startswith(FOLDERS[Kind.WORKBOOK] + "/") else None
    if not path.endswith(SUFFIXES):
        return None
    if path in SINGLE_FILES:
        return SINGLE_FILES[path]
    for kind, folder in FOLDERS.items():
        if path.startswith(folder + "/"):
            return kind if kind is not Kind.RECORDING or PurePosixPath(path).stem == "recording" else None
    return None


@dataclass(frozen=True, slots=True, order=True)
class ContentFile:
    """A content file: its path relative to the root, with "/", and its kind."""

    path: str
    kind: Kind

    @property
    def is_notebook(self) -> bool:
        """Whether it is a workbook in Azure's own JSON, of which no schema of ours speaks."""
        return self.kind is Kind.WORKBOOK and self.path.endswith(NOTEBOOK_SUFFIXES)

    @property
    def slug(self) -> str:
        """The file's name without its ending; a recording is called by its folder below tests/recordings."""
        path = PurePosixPath(self.path)
        if self.kind is Kind.RECORDING and self.path.startswith(RECORDINGS + "/"):
            return path.parent.relative_to(RECORDINGS).as_posix()
        return path.stem

    @property
    def use_case(self) -> str | None:
        """The use case, which is the folder under `detections/` and its like; None elsewhere."""
        if self.kind not in _BY_USE_CASE or not self.path.startswith(FOLDERS[self.kind] + "/"):
            return None
        parts = PurePosixPath(self.path).relative_to(FOLDERS[self.kind]).parts
        return parts[0] if len(parts) > 1 else None


def cases_path(path: str) -> str | None:
    """Where the cases for the content at `path` belong: the mirrored path below tests/, in YAML."""
    if kind_of(path) not in _WITH_CASES:
        return None
    return f"tests/{path}" if path.endswith(SUFFIXES) else f"tests/{path.rsplit('.', 1)[0]}.yaml"


def content_path(path: str) -> str | None:
    """What the cases at `path` are for; the inverse of `cases_path`."""
    return path.removeprefix("tests/") if kind_of(path) in CASES else None
