"""mv-expand and mv-apply: rows out of dynamic arrays and bags."""

from __future__ import annotations

from masthead.kql.language import Node
from masthead.kql.translate.convert import convert
from masthead.kql.translate.model import ORDER, ColumnRef, Expr, Relation, identifiers
from masthead.kql.translate.needed import listed
from masthead.kql.translate.operators.join import _parameter
from masthead.kql.translate.operators.within import within
from masthead.kql.translate.registry import operator
from masthead.kql.translate.translator import Translator
from masthead.kql.translate.types import canonical_type, quote, string_literal

_LEGACY_LIMIT = 128  # rows of each row, for the operator's old spelling, mvexpand

# `to typeof` casts and does not parse: of elements of these JSON types the value is kept, of others null comes. Numbers
# lose their fraction to become whole. Datetimes and guids have no JSON type of their own: they are texts.
_NUMBER = ("BIGINT", "UBIGINT", "DOUBLE")
_CONFORMING = {
    "long": _NUMBER,
    "int": _NUMBER,
    "real": _NUMBER,
    "bool": ("BOOLEAN", "BIGINT", "UBIGINT"),
    "datetime": ("VARCHAR",),
    "guid": ("VARCHAR",),
}


def _cast(translator: Translator, element: Expr, kind: str, node: Node) -> Expr:
    """An element as `to typeof` casts it."""
    if kind == "dynamic":
        return element
    value = convert(element, kind, translator, node)
    if kind == "string":
        return value
    if kind not in _CONFORMING:
        raise translator.unsupported(f"to typeof({kind}), of which it is not known what conforms", node)
    conforming = ", ".join(map(string_literal, _CONFORMING[kind]))
    return Expr(f"CASE WHEN json_type({element.sql}) IN ({conforming}) THEN {value.sql} END", kind)


def _expansions(translator: Translator, node: Node, own: set[str]) -> list[tuple[str, Expr, str]]:
    """What is expanded: (name of the result, the dynamic value, the type of the elements).

    The binder names a call by its first argument, in whose place it puts it then, or Column1: what it has chosen shows
    in the columns after the operator, where there are as many new ones as there are calls to name.
    """
    out = []
    calls = [i for i, e in enumerate(map(_expanded, node.items("Expressions"))) if _path_name(e) is None]
    named = {_path_name(_expanded(item)) for item in node.items("Expressions")} | {_item_index(node)}
    new = [c.name for c in node.columns or () if c.name not in own and c.name not in named]
    chosen = dict(zip(calls, new, strict=True)) if len(new) == len(calls) and node.kind == "MvExpandOperator" else {}
    for index, item in enumerate(node.items("Expressions")):
        inner = _expanded(item)
        clause = item.child("ToTypeOf") if item.kind.startswith("Mv") else None
        kind = "dynamic"
        if clause is not None:
            symbol = clause.child("TypeOf").symbol
            kind = canonical_type(symbol.name) if symbol is not None else "dynamic"
        value = translator.scalar(inner)
        if value.type != "dynamic":
            raise translator.unsupported(f"expanding a {value.type}", inner)
        name = _path_name(inner) or chosen.get(index) or _argument_name(inner, own) or translator.fresh("expanded")
        out.append((name, value, kind))
    return out


def _expanded(item: Node) -> Node:
    """What an item expands, without the parentheses around it."""
    inner = item.child("Expression") if item.kind.startswith("Mv") else item
    while inner.kind == "ParenthesizedExpression":
        inner = inner.child("Expression")
    return inner


def _argument_name(node: Node, own: set[str]) -> str | None:
    """The column that a call such as todynamic(Entities) is of."""
    arguments = node.items("ArgumentList")
    name = arguments[0].simple_name if arguments else None
    return name if name in own else None


def _path_name(node: Node) -> str | None:
    """The name of what has one, of a column, or of a path into one (d_x for d.x and d["x"]); None for anything else."""
    if node.kind == "SimpleNamedExpression":
        return node.child("Name").simple_name
    if node.kind == "NameReference":
        return node.simple_name
    if node.kind not in ("PathExpression", "ElementExpression"):
        return None
    owner, selector = _path_name(node.child("Expression")), node.child("Selector")
    key = selector.simple_name
    if selector.kind == "BracketedExpression":
        inner = selector.child("Expression")
        key = str(inner.literal) if inner.literal is not None else None
    return f"{owner}_{key}" if owner and key else None


def _item_index(node: Node) -> str | None:
    for parameter in node.items("Parameters"):
        if (parameter.child("Name").simple_name or parameter.child("Name").text).lower() == "with_itemindex":
            return parameter.child("Expression").simple_name
    return None


def _unnested(translator: Translator, node: Node, relation: Relation) -> Relation:
    """One row an element; several values expand side by side. Columns of the same name are replaced."""
    with translator.over(relation):
        expansions = _expansions(translator, node, {c.name for c in relation.columns})
        limit_clause = node.child("RowLimitClause")
        limit = (
            translator.constant(limit_clause.child("LimitExpression") or limit_clause.children[-1], "a row limit")
            if limit_clause
            else _LEGACY_LIMIT
            if node.children[0].text == "mvexpand"
            else None
        )
    bag_arrays = _parameter(node, "bagexpansion") == "array" or _parameter(node, "kind") == "array"
    index_name = _item_index(node)
    single = len(expansions) == 1 and limit is None and index_name is None and not relation.ordered
    texts = single and expansions[0][2] == "string"
    macro = ("kq_expand_pairs" if bag_arrays else "kq_expand") + ("_texts" if texts else "")
    expanded = {translator.fresh("expanded"): value.json for _, value, _ in expansions}
    bound = ", ".join(f"{sql} AS {quote(name)}" for name, sql in expanded.items())
    relation = relation.with_source(f"(SELECT *, {bound} FROM {relation.source} AS s)")
    lists = [f"{macro}({quote(name)})" for name in expanded]
    aliases = [translator.fresh("list") for _ in lists]
    item_index = translator.fresh("item")
    listed = ", ".join(f"{sql} AS {quote(a)}" for sql, a in zip(lists, aliases, strict=True))
    with_lists = f"(SELECT *, {listed} FROM {relation.source} AS s)"
    length = (
        f"greatest({', '.join(f'len({quote(a)})' for a in aliases)})"
        if len(aliases) > 1
        else f"len({quote(aliases[0])})"
    )
    if limit is not None:
        length = f"least({length}, {int(limit)})"
    order = f"{quote(ORDER)}, " if relation.ordered else ""
    if single:
        item = quote(item_index)  # here the element itself
        exploded = f"(SELECT *, unnest({lists[0]}) AS {item} FROM {relation.source} AS s)"
    else:
        item = f"{quote(aliases[0])}[{quote(item_index)}]"
        exploded = f"(SELECT *, unnest(range(1, {length} + 1)) AS {quote(item_index)} FROM {with_lists} AS s)"
    made = {}
    for (name, _, kind), alias in zip(expansions, aliases, strict=True):
        sql = item if len(lists) == 1 else f"{quote(alias)}[{quote(item_index)}]"
        element = Expr(f"kq_json({sql})", "dynamic", extract=f"{sql}, '$'", raw=sql)
        made[name] = (
            Expr(f"coalesce({sql}, '')", "string", total=True) if texts else _cast(translator, element, kind, node)
        )
    columns = [(c.name, made.pop(c.name, c.expr)) for c in relation.columns]
    columns += list(made.items())
    if index_name:
        columns.append((index_name, Expr(f"({quote(item_index)} - 1)::BIGINT", "long")))
    hidden = {ORDER: f"row_number() OVER (ORDER BY {order}{quote(item_index)})"} if relation.ordered else {}
    return translator.select(relation.with_source(exploded), columns, hidden=hidden)


@operator("MvExpandOperator")
def mv_expand(translator: Translator, node: Node, relation: Relation) -> Relation:
    return translator.shaped(_unnested(translator, node, relation), node)


@operator("MvApplyOperator")
def mv_apply(translator: Translator, node: Node, relation: Relation) -> Relation:
    """Each row's elements through the subquery, beside the row's own columns."""
    row = translator.fresh("$row")
    numbered = translator.select(
        relation,
        translator.values(relation),
        hidden={row: f"row_number() OVER ({f'ORDER BY {quote(ORDER)}' if relation.ordered else ''})"},
    )
    numbered = Relation(
        translator.cte(f"SELECT * FROM {numbered.source} AS s", "apply", materialized=True),
        numbered.columns,
        numbered.hidden,
    )
    expanded = _unnested(translator, node, numbered)
    inner = _per_row(translator, node, expanded, row)
    # The subquery may drop the row's own columns (summarize does): they come back by the row's number.
    want = node.columns or ()
    own = {c.name: c for c in numbered.columns}
    made = {c.name: c for c in inner.columns}
    parts, refs = [], []
    for c, identifier in zip(want, identifiers([c.name for c in want]), strict=True):
        if c.name in made:
            side, ref = "i", made[c.name]
        elif c.name in own:
            side, ref = "o", own[c.name]
        else:
            raise translator.unsupported(f"mv-apply without its column {c.name}", node)
        parts.append((identifier, f"{side}.{quote(ref.identifier)} AS {quote(identifier)}"))
        refs.append(ColumnRef(c.name, ref.type, identifier))
    hidden = tuple(h for h in relation.hidden)
    carried = [f"o.{quote(h)}" for h in hidden]
    joined = f"{inner.source} AS i JOIN {numbered.source} AS o ON i.{quote(row)} = o.{quote(row)}"
    sql = f"(SELECT {listed(parts, carried)} FROM {joined})"
    return Relation(sql, tuple(refs), hidden)


def _per_row(translator: Translator, node: Node, expanded: Relation, row: str) -> Relation:
    """The subquery's operators, each applied within one outer row."""
    subquery = node.child("Subquery")
    expression = subquery.child("Expression") if subquery is not None else None
    return within(translator, expression, expanded, row, "mv-apply")
