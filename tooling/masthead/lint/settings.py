"""Which checks run and how much they weigh: [tool.masthead.lint] in pyproject.toml, and the command line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from masthead.content.finding import ContentError, Finding, Severity, finding
from masthead.content.schema import closest
from masthead.lint.registry import known_codes

_KEYS = ("select", "ignore", "severity", "strict")
_FILE = "pyproject.toml"


@dataclass(frozen=True, slots=True)
class Settings:
    """Codes that are reported, new severities by code, and whether warnings fail too."""

    codes: frozenset[str]
    severities: dict[str, Severity]
    strict: bool = False

    def weigh(self, found: Iterable[Finding]) -> Iterable[Finding]:
        """The findings that are reported, each with the severity it has in this project."""
        for each in found:
            if each.code in self.codes:
                severity = self.severities.get(each.code)
                yield replace(each, severity=severity) if severity else each


def read_settings(
    table: dict[str, Any], select: Sequence[str] = (), ignore: Sequence[str] = (), strict: bool = False
) -> Settings:
    """The settings in `table` ([tool.masthead.lint]); `select` and `ignore` of the command line come before its own.

    A code may be written as its slug or as a beginning, like MH4. Raises ContentError MH019.
    """
    unknown = [key for key in table if key not in _KEYS]
    if unknown:
        _refuse(_FILE, f'[tool.masthead.lint] has no key "{unknown[0]}"', unknown[0], _KEYS)
    if not isinstance(table.get("strict", False), bool):
        _refuse(_FILE, "strict in [tool.masthead.lint] must be true or false")
    own_select, own_ignore = _codes(_names(table, "select"), _FILE), _codes(_names(table, "ignore"), _FILE)
    wanted = _codes(select, "--select") or own_select or frozenset(known_codes())
    unwanted = own_ignore | _codes(ignore, "--ignore")
    return Settings(wanted - unwanted, _severities(table.get("severity", {})), strict or table.get("strict", False))


def _names(table: dict[str, Any], key: str) -> list[str]:
    names = table.get(key, [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        _refuse(_FILE, f"{key} in [tool.masthead.lint] must be a list of codes")
    return names


def _codes(names: Iterable[str], where: str) -> frozenset[str]:
    known = known_codes()
    codes: set[str] = set()
    for name in (part.strip() for each in names for part in each.split(",") if part.strip()):
        if name.lower() == "all":
            codes.update(known)
            continue
        found = [code for code, slug in known.items() if code.startswith(name.upper()) or slug == name.lower()]
        if not found:
            _refuse(where, f'"{name}" is not a check', name, [*known, *known.values()])
        codes.update(found)
    return frozenset(codes)


def _severities(table: Any) -> dict[str, Severity]:
    if not isinstance(table, dict):
        _refuse(_FILE, 'severity in [tool.masthead.lint] must be a table, like severity = {MH701 = "error"}')
    severities: dict[str, Severity] = {}
    for name, severity in table.items():
        if severity not in list(Severity):
            message = f'the severity of {name} cannot be "{severity}"'
            _refuse(_FILE, message, str(severity), [str(each) for each in Severity])
        severities |= dict.fromkeys(_codes([name], _FILE), Severity(severity))
    return severities


def _refuse(where: str, message: str, word: str = "", known: Iterable[str] = ()) -> NoReturn:
    known = list(known)
    near = closest(word, known) if word else None
    few = f"It is one of {', '.join(known)}." if 0 < len(known) < 10 else None
    hint = f'Did you mean "{near}"?' if near else few or "`masthead explain` lists the checks."
    raise ContentError(finding("MH019", message, where, hint=hint))
