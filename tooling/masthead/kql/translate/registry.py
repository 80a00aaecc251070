"""Where operators, expressions, functions, aggregates and plugins are entered, and looked up by name.

A function is one entry: its parameters' types and its SQL. The families are modules of translate/functions and
translate/aggregates; `load` imports them once.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from masthead.kql.language import Node
    from masthead.kql.translate.calls import AggregateCall, Call, PluginCall
    from masthead.kql.translate.model import Expr, Relation
    from masthead.kql.translate.translator import Translator


@dataclass(frozen=True, slots=True)
class ScalarFunction:
    """A scalar function. `parameters`: the types its arguments are converted to, see `parse_parameters`. `emit` makes
    the SQL. `total`: never NULL, so a string result needs no guard."""

    name: str
    parameters: tuple[str, ...]
    repeats: bool
    emit: Callable[[Call], str | Expr]
    total: bool = False


@dataclass(frozen=True, slots=True)
class Aggregate:
    """An aggregate function. `emit` makes one SQL aggregate, or several for functions that return several columns."""

    name: str
    emit: Callable[[AggregateCall], Any]


EXPRESSIONS: dict[str, Callable[[Translator, Node], Expr]] = {}
OPERATORS: dict[str, Callable[[Translator, Node, Relation], Relation]] = {}
SOURCES: dict[str, Callable[[Translator, Node], Relation]] = {}
FUNCTIONS: dict[str, ScalarFunction] = {}
AGGREGATES: dict[str, Aggregate] = {}
PLUGINS: dict[str, Callable[[PluginCall], Relation]] = {}

# Functions that the engine cannot answer by SQL: name → (Python function, SQL argument types, SQL result type).
PYTHON_FUNCTIONS: dict[str, tuple[Callable[..., Any], list[str], str]] = {}
# SQL macros by name: "(arguments) AS expression". Created in a database when a query first needs them.
MACROS: dict[str, str] = {}


def expression(*kinds: str) -> Callable:
    """Enter a translator of the scalar expressions of these syntax kinds."""

    def enter(function: Callable) -> Callable:
        EXPRESSIONS.update(dict.fromkeys(kinds, function))
        return function

    return enter


def operator(*kinds: str) -> Callable:
    """Enter a translator of the query operators (after a pipe) of these syntax kinds."""

    def enter(function: Callable) -> Callable:
        OPERATORS.update(dict.fromkeys(kinds, function))
        return function

    return enter


def source(*kinds: str) -> Callable:
    """Enter a translator of the expressions that produce rows, of these syntax kinds."""

    def enter(function: Callable) -> Callable:
        SOURCES.update(dict.fromkeys(kinds, function))
        return function

    return enter


def _parse_parameters(text: str) -> tuple[tuple[str, ...], bool]:
    parts = tuple(p.strip() for p in text.split(",") if p.strip())
    if parts and parts[-1].endswith("*"):
        return (*parts[:-1], parts[-1][:-1]), True
    return parts, False


def scalar(names: str, parameters: str, sql: str | None = None, *, total: bool = False) -> Callable:
    """Enter a scalar function under its `names` (separated by spaces).

    parameters: "string, long" converts the arguments to these types; "any" leaves one as it is; a star after the last
        type repeats it. Fewer arguments than types is the binder's business: it has checked the call.
    sql: a template with {0}, {1}…; or leave it out and decorate a function of Call that returns SQL.
    """
    types, repeats = _parse_parameters(parameters)

    def enter(emit: Callable) -> Callable:
        for name in names.split():
            FUNCTIONS[name] = ScalarFunction(name, types, repeats, emit, total)
        return emit

    if sql is not None:
        return enter(lambda call: sql.format(*call.sql))
    return enter


def aggregate(names: str) -> Callable:
    """Enter an aggregate function: decorate a function of AggregateCall."""

    def enter(emit: Callable) -> Callable:
        for name in names.split():
            AGGREGATES[name] = Aggregate(name, emit)
        return emit

    return enter


def plugin(name: str) -> Callable:
    """Enter a plugin of `evaluate`."""

    def enter(function: Callable) -> Callable:
        PLUGINS[name] = function
        return function

    return enter


def macro(name: str, definition: str) -> None:
    """Enter a SQL macro. Its name starts with kq_, so that the engine finds it in the SQL that uses it."""
    MACROS[name] = definition


def python_function(name: str, arguments: list[str], returns: str) -> Callable:
    """Enter a Python function that SQL calls row by row: only where SQL cannot."""

    def enter(function: Callable) -> Callable:
        PYTHON_FUNCTIONS[name] = (function, arguments, returns)
        return function

    return enter


_FAMILIES = ("expressions", "operators", "functions", "aggregates", "plugins", "macros")
_loaded = False


def load() -> None:
    """Import every family once."""
    global _loaded
    if _loaded:
        return
    for family in _FAMILIES:
        package = importlib.import_module(f"masthead.kql.translate.{family}")
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{package.__name__}.{module.name}")
    _loaded = True
