"""Microsoft's Kusto language service, asked about one query at a time.

It parses, binds, warns and formats exactly as the query editor of the Sentinel portal does, in this process, without
network. Only the tables that a query names are declared to it: declaring all of Azure Monitor's costs over a second.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any, ClassVar

from masthead.kql.language.snapshot import LanguageServiceMissing, rests_between_calls, start
from masthead.kql.language.tree import Column, Node, Tree, offsets
from masthead.kql.language.v8 import V8, ScriptError

NODE_LIMIT = 120_000  # nodes of one query once its functions are expanded; the largest public query has 9,000
QUERY_LIMIT = 1_000_000  # characters; Sentinel's own limit for a rule is 10,000
TOKEN_LIMIT = 250_000  # words and signs outside of texts: they, not the characters, take the service's memory


class LanguageError(Exception):
    """The language service could not answer: the query is too costly to bind, or the service is not installed."""


@dataclass(frozen=True, slots=True)
class StoredFunction:
    """A function saved in the workspace. `parameters`: as KQL declares them, "(since: timespan = 1d)"."""

    name: str
    parameters: str
    body: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """What the service says about a part of the query. `start`, `end`: offsets; `source`: "binder" or "analyzer"."""

    code: str
    severity: str
    message: str
    start: int
    end: int
    source: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A place of the query that names a table, column or function."""

    name: str
    start: int
    end: int


class Analysis:
    """What the service knows about one query.

    diagnostics: errors, warnings and suggestions, in the order of the text.
    columns: what the query returns, or None when it does not return rows.
    open: the binder does not know all columns (a plugin whose output depends on data, an unknown table).
    """

    def __init__(self, query: str, answer: dict[str, Any], declared: Iterable[str] = ()) -> None:
        self.query = query
        self._declared = tuple(declared)
        at = offsets(query)
        found = [Diagnostic(*d[:3], at(d[3]), at(d[4]), d[5]) for d in answer["diagnostics"]]
        self.diagnostics = tuple(sorted(found, key=lambda d: (d.start, d.end)))
        columns = answer["columns"]
        self.columns = None if columns is None else tuple(Column(*c) for c in columns)
        self.open: bool = answer.get("open", False)
        self._answer = answer

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The diagnostics that keep the query from running."""
        return tuple(d for d in self.diagnostics if d.severity == "Error")

    @cached_property
    def tree(self) -> Node:
        """The bound tree's root. Raises ValueError when it was not asked for."""
        if self._answer["tree"] is None:
            raise ValueError("analyze(…, tree=True) was not asked for")
        return Tree(self._answer["tree"], self._answer["schemas"], self.query).root

    def _named(self, kind: str) -> tuple[Reference, ...]:
        found = []
        for node in self.tree.walk(into_calls=True):
            if node.kind == "NameReference" and (symbol := node.symbol) and symbol.kind == kind:
                found.append(Reference(symbol.name, node.start, node.end))
        return tuple(found)

    @cached_property
    def tables(self) -> tuple[Reference, ...]:
        """Every place that reads a table, inside called functions too; a wildcard and an operator that searches all
        tables are a place for each of them."""
        return tuple(
            Reference(name, node.start, node.end)
            for node in self.tree.walk(into_calls=True)
            for name in self._tables_at(node)
        )

    def _tables_at(self, node: Node) -> list[str]:
        if node.kind == "NameReference" and (symbol := node.symbol):
            if symbol.kind == "Table":
                return [symbol.name]
            if symbol.kind == "Group":
                return [name for name in self._declared if fnmatchcase(name, node.simple_name or "")]
        if node.kind in ("SearchOperator", "FindOperator") and node.name != "Operator" and not node.child("InClause"):
            return list(self._declared)
        if node.kind == "FunctionCallExpression" and node.children and node.children[0].simple_name == "table":
            return [each.literal for each in node.items("ArgumentList")[:1] if each.literal in self._declared]
        return []

    @cached_property
    def functions(self) -> tuple[Reference, ...]:
        """Every place that calls a function, built in or a user's."""
        return self._named("Function")

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """Every place that names a column."""
        return self._named("Column")

    def calls(self, *names: str) -> list[Node]:
        """The calls of the functions `names`, as FunctionCallExpression nodes."""
        return [
            n
            for n in self.tree.walk(into_calls=True)
            if n.kind == "FunctionCallExpression" and n.children and n.children[0].simple_name in names
        ]


_TOKEN = re.compile(r"""//[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\w+|[^\w\s]""")
_WORD = re.compile(r"[A-Za-z_][\w]*\*?")
_PIECE = re.compile(r"\w+")
_QUOTED_NAME = re.compile(r"""\[\s*["'@`]|\btable\s*\(""")  # ["my logs"], table("my logs"): a name that is no word
# `search "x"` and `find where …` at the head of a pipeline, and `union *`, read every table without naming it.
_EVERY_TABLE = re.compile(r"\bunion\s+(?:[\w.]+\s*=\s*\S+\s+)*\*|(?:^|[;({=])\s*(?:search|find)\b", re.IGNORECASE)


class LanguageService:
    """The service in one V8, which belongs to the thread that made it. Use `shared()`: starting costs a quarter of a
    second."""

    _shared: ClassVar[threading.local] = threading.local()

    def __init__(self) -> None:
        self._v8: V8 | None = None
        self._sent: set[str] = set()
        self._keys: dict[int, tuple[Any, str]] = {}

    @classmethod
    def shared(cls) -> LanguageService:
        """The service of this thread, made at the first call; a forked child's is its own, as V8 does not fork."""
        known = getattr(cls._shared, "service", None)
        if known is None or known[0] != os.getpid():
            known = cls._shared.service = (os.getpid(), cls())
        return known[1]

    @classmethod
    def end_shared(cls) -> None:
        """Free the service of this thread, if it has one: for a thread that is about to end."""
        known = getattr(cls._shared, "service", None)
        if known is not None and known[0] == os.getpid():
            known[1].close()

    @classmethod
    def yield_cores(cls) -> None:
        """Free the service of this thread, if its V8 would keep a core busy while nobody asks it; the next question
        starts it anew, in a tenth of a second. For whoever is about to compute for long."""
        if not rests_between_calls():
            cls.end_shared()

    def analyze(
        self,
        query: str,
        tables: Mapping[str, Mapping[str, str]],
        functions: Iterable[StoredFunction] = (),
        watchlists: Mapping[str, Mapping[str, str]] | None = None,
        *,
        tree: bool = True,
        analyzers: bool = True,
        outside: Iterable[tuple[str, str, Mapping[str, str]]] | None = None,
    ) -> Analysis:
        """Bind `query` against tables {name: {column: type}}, stored functions and watchlists {alias: {column: type}}.

        tree: also return the bound tree (needed for `.tree`, `.tables`, `.functions`, `.references`).
        analyzers: also run Microsoft's analyzers (warnings on slow or doubtful constructs).
        outside: tables outside the workspace, (scope, table, columns), the scope as `translate.outside` has it. When it
            is given, other tables of such scopes bind too, with columns that are not known.
        Raises LanguageError when the query is too large or too costly to bind.
        """
        if len(query) > QUERY_LIMIT:
            raise LanguageError(f"the query has {len(query):,} characters; at most {QUERY_LIMIT:,} can be read")
        if len(query) > TOKEN_LIMIT and (tokens := sum(1 for _ in _TOKEN.finditer(query))) > TOKEN_LIMIT:
            raise LanguageError(f"the query has {tokens:,} words and signs; at most {TOKEN_LIMIT:,} can be read")
        used = functions_used(query, functions)
        texts = [query, *(f.body for f in used)]
        named = tables_named(texts, tables)
        define = {}
        declared = []
        for name in named:
            key = self._schema_key(tables[name])
            declared.append([name, key])
            if key not in self._sent:
                define[key] = list(tables[name].items())
        request = {
            "query": query,
            "tables": declared,
            "define": define,
            "functions": [{"name": f.name, "parameters": f.parameters, "body": f.body} for f in used],
            "watchlists": [[alias, list(columns.items())] for alias, columns in (watchlists or {}).items()],
            "outside": None if outside is None else [[*at, list(columns.items())] for *at, columns in outside],
            "tree": tree,
            "analyzers": analyzers,
            "limit": NODE_LIMIT,
        }
        answer = json.loads(self._call("masthead.analyze", json.dumps(request)))
        self._sent.update(define)
        return Analysis(query, answer, named)

    def format(self, query: str) -> str:
        """The query as Microsoft's formatter lays it out."""
        return self._call("masthead.format", query)

    def symbols(self) -> dict[str, list[str]]:
        """The names of all that the language has: functions, aggregates, plugins, and operators by syntax kind.

        Those that Microsoft hides or has given up are left out.
        """
        answer = json.loads(self._call("masthead.symbols", ""))
        return {kind: sorted({name for name, hidden in names if not hidden}) for kind, names in answer.items()}

    def close(self) -> None:
        """Free V8. The next call starts it again."""
        v8, self._v8 = self._v8, None
        self._sent.clear()
        if v8 is not None:
            v8.close()

    def _schema_key(self, columns: Mapping[str, str]) -> str:
        # The same mapping object is asked about over and over: remember its hash, and it, so that its id stays its own.
        known = self._keys.get(id(columns))
        if known is not None and known[0] is columns:
            return known[1]
        key = hashlib.sha1(repr(list(columns.items())).encode(), usedforsecurity=False).hexdigest()[:16]
        self._keys[id(columns)] = (columns, key)
        return key

    def start(self) -> None:
        """Start V8, if it is not there: by itself that takes longer than most queries. Raises LanguageError."""
        if self._v8 is None:
            try:
                self._v8 = start()
            except LanguageServiceMissing as error:
                raise LanguageError(str(error)) from error
            except ScriptError as error:
                raise LanguageError(f"the Kusto language service does not start: {error}") from error

    def _call(self, function: str, argument: str) -> str:
        self.start()
        try:
            return self._v8.call(function, argument)
        except ScriptError as error:
            if error.fatal:
                self.close()
                raise LanguageError("the query takes too long or too much memory to analyse; simplify it") from error
            message = str(error)
            if "Maximum call stack" in message:
                raise LanguageError("the query is nested too deeply to analyse; simplify it") from error
            if "masthead: " in message:
                raise LanguageError(message.split("masthead: ", 1)[1].splitlines()[0]) from error
            raise LanguageError(f"the language service failed on this query: {message.splitlines()[0]}") from error


def functions_used(query: str, functions: Iterable[StoredFunction]) -> list[StoredFunction]:
    """The stored functions that the query names, and those that they name."""
    by_name = {f.name: f for f in functions}
    if not by_name:
        return []
    used: dict[str, StoredFunction] = {}
    texts = [query]
    while texts:
        for word in _WORD.findall(texts.pop()):
            function = by_name.get(word)
            if function is not None and word not in used:
                used[word] = function
                texts.append(function.body)
    return list(used.values())


def tables_named(texts: list[str], tables: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The tables that the texts may read: those they name, by wildcard too; all where an operator reads every table."""
    named: dict[str, None] = {}
    for text in texts:
        for word in _WORD.findall(text):
            if word in tables:
                named[word] = None
            elif word.endswith("*"):
                for name in tables:
                    if name.startswith(word[:-1]):
                        named[name] = None
        if _EVERY_TABLE.search(text):
            named.update(dict.fromkeys(tables))
        if not text.isascii() or _QUOTED_NAME.search(text):
            words = set(_PIECE.findall(text))
            odd = (name for name in tables if not (name.isascii() and name.isidentifier()))
            named.update((name, None) for name in odd if words.issuperset(_PIECE.findall(name)))
    return list(named)


def may_read_by_pattern(texts: list[str]) -> bool:
    """Whether the texts may read tables that they do not name: which, hangs on which there are."""
    return any("*" in text or _EVERY_TABLE.search(text) for text in texts)
