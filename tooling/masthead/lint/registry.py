"""Finds the checks by walking the package `lint.checks`. Nothing is imported before someone asks."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from functools import cache
from typing import TypeVar

from masthead.content.finding import CODES
from masthead.lint import checks
from masthead.lint.check import Check

C = TypeVar("C", bound=Check)


@cache
def all_checks() -> tuple[type[Check], ...]:
    """Every check there is, by code."""
    found = []
    for module in pkgutil.walk_packages(checks.__path__, f"{checks.__name__}."):
        if not module.ispkg:
            members = vars(importlib.import_module(module.name)).values()
            found += [each for each in members if _is_check(each, module.name)]
    return tuple(sorted(found, key=lambda each: each.code))


def _is_check(member: object, module: str) -> bool:
    return inspect.isclass(member) and issubclass(member, Check) and member.__module__ == module


@cache
def checks_of(kind: type[C]) -> tuple[C, ...]:
    """One of each check of a kind, ready to run."""
    return tuple(each() for each in all_checks() if issubclass(each, kind))


@cache
def known_codes() -> dict[str, str]:
    """Every code that a finding may have, with its slug: those of reading content, and those of the checks."""
    return {code.code: code.slug for code in CODES.values()} | {each.code: each.slug for each in all_checks()}


def find_check(name: str) -> type[Check] | None:
    """The check with this code or slug, whatever its capitals; None when no check has it."""
    wanted = name.strip().lower()
    return next((each for each in all_checks() if wanted in (each.code.lower(), each.slug)), None)


def themes() -> Iterator[tuple[str, tuple[type[Check], ...]]]:
    """The checks by theme, which is the folder they lie in, by their first code."""
    by_theme: dict[str, list[type[Check]]] = {}
    for each in all_checks():
        by_theme.setdefault(each.__module__.split(".")[-2], []).append(each)
    return ((theme, tuple(members)) for theme, members in by_theme.items())
