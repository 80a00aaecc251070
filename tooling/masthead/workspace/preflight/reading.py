"""What each piece of content reads, and which of it it cannot do without."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from masthead import __version__
from masthead.content.layout import Kind
from masthead.content.model import Content, Detection, HuntingQuery
from masthead.content.project import Project
from masthead.content.workbooks import Workbook
from masthead.coverage.cache import TableCache
from masthead.coverage.sources import TableReader
from masthead.kql.binding import Binding
from masthead.kql.language.service import functions_used
from masthead.kql.needs import Need, needs_of
from masthead.workbooks.substitution import example_values, substitute

_REMEMBERED = "tables-needed.json"
_BUILT_IN_DELAY = timedelta(minutes=5)
"""How long after the end of its window a scheduled rule runs.
https://learn.microsoft.com/azure/sentinel/scheduled-rules-overview#query-scheduling-and-alert-threshold"""


@dataclass(frozen=True, eq=False)
class Piece:
    """A rule, hunting query or workbook as a reader of tables.

    sources: the log sources of each table, by their slugs. queries: as the service gets them. texts: each of them with
    the functions that it calls. slack: how late a row may come so that a scheduled rule still sees it; None where that
    does not matter. find_need: what a query needs.
    """

    content: Detection | HuntingQuery | Workbook
    tables: tuple[str, ...]
    sources: Mapping[str, tuple[str, ...]]
    queries: tuple[str, ...]
    texts: tuple[str, ...]
    slack: timedelta | None
    find_need: Callable[[str], Need]

    @property
    def path(self) -> str:
        """The path of its file."""
        return self.content.path

    @property
    def kind(self) -> Kind:
        """What it is."""
        return self.content.file.kind

    @cached_property
    def words(self) -> tuple[frozenset[str], ...]:
        """The words of each of its texts."""
        return tuple(frozenset(_WORD.findall(text)) for text in self.texts)

    def needs(self, unusable: Collection[str]) -> tuple[Need, ...]:
        """What each of its queries needs, as far as that says more than that it names none of the unusable tables.

        Raises LanguageError for a query that is too costly to bind.
        """
        if len(self.queries) == len(self.tables) == 1:
            return (Need(self.tables),)
        concerned = (not words.isdisjoint(unusable) for words in self.words)
        return tuple(
            self.find_need(query) if each else Need() for query, each in zip(self.queries, concerned, strict=True)
        )


_WORD = re.compile(r"\w+")


@contextmanager
def pieces_of(project: Project, contents: Iterable[Content]) -> Iterator[list[Piece]]:
    """Those of `contents` that read tables and are not switched off, as pieces.

    What their queries need is found when it is asked for, and remembered for next time. Raises LanguageError for a
    query that is too costly to bind.
    """
    reading = [each for each in contents if isinstance(each, Detection | HuntingQuery | Workbook)]
    enabled = [each for each in reading if not isinstance(each, Detection) or each.enabled]
    needs = _Needs(project)
    with TableReader(project) as tables:
        pieces = [_piece(each, needs, tables) for each in enabled]
    yield pieces
    needs.save()


def slack_of(content: Content) -> timedelta | None:
    """How late a row may come: the query period beyond the frequency, and what the service waits by itself.

    None for NRT rules, which look at what has come in, and for what is not run on a schedule.
    """
    if not isinstance(content, Detection) or content.query_period is None or content.query_frequency is None:
        return None
    return content.query_period - content.query_frequency + _BUILT_IN_DELAY


def _piece(content: Any, needs: _Needs, tables: TableReader) -> Piece:
    sources: dict[str, tuple[str, ...]] = {}
    for slug, names in tables.tables_by_source(content).items():
        for name in names:
            sources[name] = (*sources.get(name, ()), *([slug] if slug else ()))
    queries = tuple(_queries(content))
    texts = tuple(map(needs.text, queries))
    return Piece(content, tuple(sources), sources, queries, texts, slack_of(content), needs.of)


def _queries(content: Any) -> Iterator[str]:
    if isinstance(content, Workbook):
        values = example_values(content)
        yield from (substitute(each.query, values).text for each in content.questions)
    else:
        yield content.query


class _Needs:
    """Remembers what queries need: binding one costs tens of milliseconds."""

    def __init__(self, project: Project) -> None:
        self._binding = Binding(project)
        context = [__version__, *sorted(project.table_names)]
        context += [f"{each.name}{each.parameters} {each.body}" for each in self._binding.functions]
        self._cache = TableCache(project.root, context, _REMEMBERED)

    @cached_property
    def _functions(self) -> tuple[Any, ...]:
        return self._binding.functions

    def of(self, query: str) -> Need:
        """What a query needs."""
        found = self._cache.tables(query, lambda: (json.dumps(_plain(self._bound(query))),))
        return _need(json.loads(found[0]))

    def text(self, query: str) -> str:
        """The query, and the functions of the project that it calls."""
        return "\n".join([query, *(each.body for each in functions_used(query, self._functions))])

    def save(self) -> None:
        """Keep what was found."""
        self._cache.save()

    def _bound(self, query: str) -> Need:
        return needs_of(self._binding.analyze(query, analyzers=False))


def _plain(need: Need) -> list[Any]:
    return [list(need.tables), [[_plain(leg) for leg in legs] for legs in need.choices]]


def _need(plain: Any) -> Need:
    tables, choices = plain
    return Need(tuple(tables), tuple(tuple(map(_need, legs)) for legs in choices))
