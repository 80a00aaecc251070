"""Where operators, expressions, functions, aggregates and plugins are entered, and looked up by name.

A function is one entry: its parameters' types and its SQL. The families are modules of translate/functions and
translate/aggregates; `load` imports them once.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
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
STATEMENTS: dict[str, Callable[[Translator, Node], None]] = {}
RESULTS: dict[str, Callable[[Translator, Node, Relation], list[Relation]]] = {}
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


def statement(*kinds: str) -> Callable:
    """Enter a translator of the statements before the query, of these syntax kinds."""

    def enter(function: Callable) -> Callable:
        STATEMENTS.update(dict.fromkeys(kinds, function))
        return function

    return enter


def results(*kinds: str) -> Callable:
    """Enter a translator of the query operators of these syntax kinds that return several tables; a plugin's kind is
    "evaluate" and its name."""

    def enter(function: Callable) -> Callable:
        RESULTS.update(dict.fromkeys(kinds, function))
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


_LAMBDA = re.compile(r"\blambda ([\w, ]+):")
# What a macro must receive as it is written: a refusal, evaluated only where it is reached, and what must be constant.
_BY_NAME = frozenset({"refusal", "direction", "nulls_last"})


def macro(name: str, definition: str, *, by_name: bool = False) -> None:
    """Enter a SQL macro, "(a, b) AS expression". Its name starts with kq_, so that the engine finds it in the SQL.

    SQL puts the text of an argument wherever the macro names it; macros within macros would grow like powers, and
    planning with them. An argument that is named more than once is therefore bound by a lambda, and stands in the SQL
    once; not so with by_name, for arguments that are cheaper than a lambda.
    """
    if name in MACROS:
        raise ValueError(f"two macros are called {name}")
    definition = _apart(definition)
    if by_name:
        MACROS[name] = definition
        return
    head, body = definition.split(") AS ", 1)
    parameters = [p.strip() for p in head.strip().removeprefix("(").split(",")]
    pieces = re.split(r"('(?:[^']|'')*')", body)  # texts in quotes at the odd places
    named = {p: re.compile(rf"(?<![\w.$\"]){re.escape(p)}(?!\w)") for p in parameters if p and p not in _BY_NAME}
    often = [p for p, pattern in named.items() if sum(len(pattern.findall(text)) for text in pieces[::2]) > 1]
    if often:
        bound = f"{name}_of"
        for parameter in often:
            value = bound if len(often) == 1 else f"{bound}.{parameter}"
            pieces[::2] = [named[parameter].sub(value, text) for text in pieces[::2]]
        argument = often[0] if len(often) == 1 else "{" + ", ".join(f"'{p}': {p}" for p in often) + "}"
        body = f"list_transform([{argument}], lambda {bound}: {''.join(pieces)})[1]"
    MACROS[name] = f"{head}) AS {body}"


def _apart(definition: str) -> str:
    """The definition with parameters of lambdas that no column and no relation is called like: SQL would take `s.place`
    for the column Place of a relation s."""
    pieces = re.split(r"('(?:[^']|'')*')", definition)  # texts in quotes at the odd places
    named = {each for text in pieces[::2] for listed in _LAMBDA.findall(text) for each in re.findall(r"\w+", listed)}
    for each in named:
        pattern = re.compile(rf"(?<![\w.$\"]){each}(?!\w)(?! *:=)")
        pieces[::2] = [pattern.sub(f"kq_{each}_", text) for text in pieces[::2]]
    return "".join(pieces)


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
