"""Which cases a user means by the arguments of `masthead test`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from masthead.content.files import relative_path
from masthead.content.finding import ContentError, finding
from masthead.content.layout import FOLDERS, Kind, cases_path, kind_of
from masthead.content.project import Project

_CONTENT = {
    FOLDERS[Kind.DETECTION]: FOLDERS[Kind.DETECTION_CASES],
    FOLDERS[Kind.HUNTING_QUERY]: FOLDERS[Kind.HUNTING_CASES],
    FOLDERS[Kind.WORKBOOK]: FOLDERS[Kind.WORKBOOK_CASES],
}

# Options of pytest and pytest-xdist whose value is an argument of its own, and may look like a path.
_WITH_VALUE = frozenset(
    {
        "-k", "-m", "-n", "-o", "-p", "-W", "-r", "-c", "--junitxml", "--junit-xml", "--junit-prefix", "--maxfail",
        "--durations", "--durations-min", "--tb", "--color", "--basetemp", "--dist", "--deselect", "--ignore",
        "--ignore-glob", "--log-file", "--log-level", "--numprocesses", "--maxprocesses", "--tx", "--override-ini",
        "--capture", "--show-capture", "--verbosity", "--lfnf", "--last-failed-no-failures",
    }
)  # fmt: skip


def select(project: Project, arguments: Iterable[str]) -> tuple[list[str], list[str]]:
    """The files and folders of cases, absolute, and the options for pytest.

    A detection or hunting query, or a folder of them, stands for its cases; `FILE::NAME` for one case of a file.
    Raises ContentError: MH001 for a path that does not exist or lies outside, MH010 for one that has no cases.
    """
    paths: list[str] = []
    options: list[str] = []
    awaits_value = False
    for argument in arguments:
        if awaits_value or argument.startswith("-"):
            options.append(argument)
            awaits_value = not awaits_value and argument in _WITH_VALUE
        else:
            paths += _cases_at(project, argument)
    if not paths:
        paths = [path.as_posix() for folder in _CONTENT.values() if (path := project.root / folder).is_dir()]
    if not paths:
        hint = f"Write cases, in one of {', '.join(_CONTENT.values())}."
        raise ContentError(finding("MH010", "the project has no cases", project.root.as_posix(), hint=hint))
    return list(dict.fromkeys(paths)), options


def _cases_at(project: Project, argument: str) -> list[str]:
    written, _, name = argument.partition("::")
    path = Path(written).absolute()
    relative = relative_path(path, project.root)
    if not path.exists():
        raise ContentError(finding("MH001", "there is no such file or folder", relative))
    found = [f"{each.as_posix()}::{name}" if name else each.as_posix() for each in _mirrored(project.root, relative)]
    if not found:
        raise ContentError(finding("MH010", "there are no cases here", relative, hint=_hint(relative)))
    return found


def _mirrored(root: Path, relative: str) -> list[Path]:
    """The existing files or folders with the cases for what lies at `relative`."""
    if relative == "." or relative == "tests":
        wanted = list(_CONTENT.values())
    elif any(relative == folder or relative.startswith(f"{folder}/") for folder in _CONTENT.values()):
        wanted = [relative]
    elif cases := cases_path(relative):
        wanted = [cases, cases.rsplit(".", 1)[0] + ".yaml", cases.rsplit(".", 1)[0] + ".yml"]
    else:
        wanted = [f"tests/{relative}"] if relative.split("/")[0] in _CONTENT else []
    return list(dict.fromkeys(path for each in wanted if (path := root / each).exists()))


def _hint(relative: str) -> str:
    cases = cases_path(relative)
    if cases:
        return f"Write them in {cases}."
    if kind_of(relative):
        return "Name a detection, a hunting query, or the cases themselves."
    return f"Cases are kept in {', '.join(_CONTENT.values())}."
