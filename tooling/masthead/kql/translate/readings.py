"""Which rows of its tables a query looks at, beyond the operators that take each row by itself.

A rule runs every few minutes over a recording, and most of its runs see only rows that its first `where` drops. What
such a run returns is what the query returns over nothing. So each read of a table is followed through the operators
that neither combine rows nor hang on anything but the row; the rows that come out, with the times of the rows they
were made of, are all that the rest of the query can depend on. A query without a rest need not even be run again: the
answer in a window is those of its rows that were made of rows in the window.
"""

from __future__ import annotations

from dataclasses import replace

from masthead.kql.language import Node
from masthead.kql.translate.model import HAPPENED, INGESTED, Relation
from masthead.kql.translate.types import quote

_ROW_BY_ROW = frozenset(
    {
        "FilterOperator",
        "ExtendOperator",
        "ProjectOperator",
        "ProjectAwayOperator",
        "ProjectKeepOperator",
        "ProjectRenameOperator",
        "ProjectReorderOperator",
        "ParseOperator",
        "ParseWhereOperator",
        "MvExpandOperator",
    }
)
# SQL that is not the row's alone: the time of the run, rows of its window, windows over rows. What is computed from
# nothing but constants and watchlists is the same in every run.
_HANGS_ON_MORE = ("$now", "$ingested_until", " OVER ", "uuid(", "random(")


class Readings:
    """The reads of tables that a translation makes, each as far as it was followed.

    `ctes`: the common table expressions of the translation, as they are written.
    """

    def __init__(self, ctes: list[str]) -> None:
        self._ctes = ctes
        self._reads: list[Relation | None] = []

    def begin(self, relation: Relation) -> Relation:
        """A table that is read here."""
        self._reads.append(relation)
        return replace(relation, reading=len(self._reads) - 1)

    def joined(self, parts: list[Relation], whole: Relation) -> Relation:
        """The rows of `parts` under each other; followed as one, if all of them were."""
        if any(part.reading is None for part in parts) or not {HAPPENED, INGESTED} <= set(whole.hidden):
            return whole
        for part in parts:
            self._reads[part.reading] = None
        return self.begin(whole)

    def follow(self, node: Node, before: Relation, after: Relation) -> Relation:
        """The relation after an operator, still followed if the operator takes each row by itself."""
        if before.reading is None or after.reading not in (None, before.reading):
            return after
        added = after.source.replace(before.source, "", 1)
        alone = (
            node.kind in _ROW_BY_ROW
            and {HAPPENED, INGESTED} <= set(after.hidden)
            and not any(part in text for text in self._with_ctes(added) for part in _HANGS_ON_MORE)
        )
        if not alone:
            return replace(after, reading=None)
        self._reads[before.reading] = after
        return replace(after, reading=before.reading)

    def _with_ctes(self, sql: str) -> list[str]:
        """The SQL, and the common table expressions that it rests on."""
        texts, left = [sql], list(self._ctes)
        for text in texts:
            named = [cte for cte in left if cte.partition(" AS ")[0] in text]
            left = [cte for cte in left if cte not in named]
            texts += named
        return texts

    def whole(self, result: Relation) -> bool:
        """Whether the query takes each row of its tables by itself, to the end."""
        return result.reading is not None and [r for r in self._reads if r] == [self._reads[result.reading]]

    def sql(self) -> str:
        """SELECT the times at which the rows that matter happened and came in."""
        reads = [
            f"SELECT {quote(HAPPENED)} AS h, {quote(INGESTED)} AS i FROM {r.source} AS s" for r in self._reads if r
        ]
        return " UNION ALL ".join(reads) or "SELECT NULL::BIGINT AS h, NULL::BIGINT AS i WHERE false"
