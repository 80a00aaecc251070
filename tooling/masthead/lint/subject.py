"""A file under check: its document, its typed content, and what the language service says about its KQL.

A workbook has many queries: each is a subject of its own, with values in place of its parameters.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from masthead.content.document import Document, ValuePath
from masthead.content.functions import Function
from masthead.content.layout import ContentFile
from masthead.content.location import Span
from masthead.content.model import Content
from masthead.content.project import Project
from masthead.kql.binding import Binding, stored_function
from masthead.kql.language import Analysis, Column, LanguageError, Node
from masthead.workbooks.substitution import Substituted

WATCHLIST_FUNCTION = "_GetWatchlist"
_QUERY: ValuePath = ("query",)


@dataclass(frozen=True, slots=True)
class Called:
    """A function, or a watchlist, that the file's KQL names, and where (offsets in the query)."""

    name: str
    start: int
    end: int


class Subject:
    """One file. `content` is None when the schema refuses the file; then only its KQL is looked at further.

    query_at: the place of the query. substituted: the query with values, where parameters stood in it.
    """

    def __init__(
        self,
        file: ContentFile,
        document: Document,
        content: Content | None,
        binding: Binding,
        query_at: ValuePath = _QUERY,
        substituted: Substituted | None = None,
    ) -> None:
        self.query_at = query_at
        self._substituted = substituted
        self.file = file
        self.document = document
        self.content = content
        self.binding = binding

    @property
    def project(self) -> Project:
        """The project that the file belongs to."""
        return self.binding.project

    @cached_property
    def query(self) -> str | None:
        """The text of the KQL; None when the file has none."""
        data = self.document.data
        query = data.get("query") if isinstance(data, dict) else None
        query = self._substituted.text if self._substituted else query
        return query if isinstance(query, str) and query.strip() else None

    @cached_property
    def _prefix(self) -> str:
        # A function's parameters are declared before its body, in the way that KQL has for parameters of a query.
        if not isinstance(self.content, Function) or not self.content.parameters:
            return ""
        return f"declare query_parameters{stored_function(self.content).parameters};\n"

    @cached_property
    def _answer(self) -> Analysis | str | None:
        if self.query is None:
            return None
        try:
            return self.binding.analyze(self._prefix + self.query)
        except LanguageError as error:
            return str(error)
        except RecursionError:
            return "the query is nested too deeply to analyse; simplify it"

    @property
    def analysis(self) -> Analysis | None:
        """What the language service says; None without a query or when it could not answer. For a function with
        parameters, offsets in it count from a declaration of these: `in_query` knows, nothing else needs to."""
        return self._answer if isinstance(self._answer, Analysis) else None

    @property
    def analysis_problem(self) -> str | None:
        """Why the language service could not answer; None when it could."""
        return self._answer if isinstance(self._answer, str) else None

    def in_query(self, start: int, end: int) -> Span:
        """Where offsets of the analysis stand in the file. What is empty or blank becomes the character before it."""
        assert self.query is not None
        shift, length = len(self._prefix), len(self.query.rstrip())
        first = max(0, min(start - shift, length - 1))
        last = max(first + 1, min(end - shift, length))
        if self._substituted:
            first = self._substituted.original(first)
            last = max(first + 1, self._substituted.original(last))
        return self.document.span_in(self.query_at, first, last)

    def text_at(self, start: int, end: int) -> str:
        """The text of the query between two offsets of the analysis."""
        return (self._prefix + (self.query or ""))[start:end]

    @cached_property
    def columns(self) -> dict[str, str] | None:
        """The columns that the query returns with their types; None where they are not known for certain."""
        analysis = self.analysis
        if analysis is None or analysis.errors or analysis.open or not analysis.columns:
            return None
        return {column.name: column.type for column in analysis.columns}

    @property
    def returned(self) -> tuple[Column, ...]:
        """The columns that the query returns, as far as they are known."""
        return (self.analysis.columns or ()) if self.analysis else ()

    @cached_property
    def tables(self) -> tuple[Called, ...]:
        """The tables that the KQL reads, through functions too, each where it is first read."""
        if self.analysis is None:
            return ()
        found: dict[str, Called] = {}
        for each in self.analysis.tables:
            found.setdefault(each.name, Called(each.name, each.start, each.end))
        return tuple(found.values())

    @cached_property
    def functions(self) -> tuple[Called, ...]:
        """The functions of the project that the KQL calls, through functions too."""
        if self.analysis is None:
            return ()
        stored = {each.name for each in self.binding.functions}
        return tuple(Called(f.name, f.start, f.end) for f in self.analysis.functions if f.name in stored)

    @cached_property
    def watchlists(self) -> tuple[Called, ...]:
        """The watchlists that the KQL consults by a literal alias, through functions too."""
        if self.analysis is None:
            return ()
        aliases = (_first_argument(call) for call in self.analysis.calls(WATCHLIST_FUNCTION))
        return tuple(Called(a.literal, a.start, a.end) for a in aliases if a and isinstance(a.literal, str))


def _first_argument(call: Node) -> Node | None:
    arguments = call.items("ArgumentList")
    return arguments[0] if arguments else None
