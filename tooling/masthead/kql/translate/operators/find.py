"""find: rows of several tables that meet a condition, in one schema."""

from __future__ import annotations

from collections.abc import Iterable

from masthead.kql.language import Column, Node
from masthead.kql.translate.convert import convert
from masthead.kql.translate.model import ColumnRef, Expr, Relation
from masthead.kql.translate.operators.search import holding
from masthead.kql.translate.operators.union import branch, everything, stacked
from masthead.kql.translate.registry import source
from masthead.kql.translate.translator import Translator
from masthead.kql.translate.types import string_literal

_PACK = "pack_"


@source("FindOperator")
def find(translator: Translator, node: Node) -> Relation:
    """The columns that the condition names and those that all tables have, or those of project; the rest in a bag."""
    condition, project = node.child("Condition"), node.child("Project")
    branches = _tables(translator, node)
    named = {n.simple_name for n in condition.walk() if n.symbol is not None and n.symbol.kind == "Column"}
    if named:
        branches = [(name, rows) for name, rows in branches if named & {c.name for c in rows.columns}]
    source_column, *wanted = node.columns or ()
    listed = project.items("Columns") if project is not None else []
    typed = {n.child("Column").simple_name for n in listed if n.kind == "TypedColumnReference"}
    if listed and len(wanted) > 1 and wanted[-1].name == _PACK:
        # Its page says that the bag then has all columns, and shows one with those that are not projected.
        raise translator.unsupported("find that projects columns and a bag of columns; project one of them", node)
    rest = not listed
    shaped = []
    for name, rows in branches:
        matching = holding(translator, condition, rows, cased=False)
        shaped.append((name, _shaped(translator, node, matching, wanted, typed, rest)))
    return stacked(translator, node, shaped, source_column.name)


def _tables(translator: Translator, node: Node) -> list[tuple[str, Relation]]:
    clause = node.child("InClause")
    if clause is None:
        return everything(translator, node)
    out = []
    items = clause.items("Expressions")
    for item in items:
        for name, rows in branch(translator, item, items):
            if name is None:
                raise translator.unsupported("find in rows that have no name; give them one with let", item)
            out.append((name, rows))
    return out


def _shaped(
    translator: Translator, node: Node, rows: Relation, wanted: Iterable[Column], typed: set[str], rest: bool
) -> Relation:
    """The wanted columns of a table, and the bag: of those columns that are not wanted (`rest`), or of all."""
    by_name = {c.name: c for c in rows.columns}
    columns = []
    for want in wanted:
        mine = by_name.get(want.name)
        if want.name == _PACK and mine is None:
            kept = {c.name for c in wanted} if rest else set()
            columns.append((want.name, _bag(translator, node, [c for c in rows.columns if c.name not in kept])))
        elif mine is not None:
            if mine.type != want.type and want.name not in typed:
                what = f"find of {want.name}, which has several types; project {want.name}:{mine.type}"
                raise translator.unsupported(what, node)
            columns.append((want.name, convert(mine.expr, want.type, translator, node)))
    return translator.select(rows, columns)


def _bag(translator: Translator, node: Node, columns: list[ColumnRef]) -> Expr:
    members = [f"{string_literal(c.name)}, {convert(c.expr, 'dynamic', translator, node).sql}" for c in columns]
    return Expr(f"json_object({', '.join(members)})", "dynamic", total=True)
