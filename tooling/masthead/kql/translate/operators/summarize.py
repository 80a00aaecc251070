"""summarize: groups and their aggregates."""

from __future__ import annotations

from dataclasses import replace

from masthead.kql.language import Node
from masthead.kql.translate import registry
from masthead.kql.translate.calls import AggregateCall
from masthead.kql.translate.model import Expr, Relation
from masthead.kql.translate.operators.naming import in_the_result
from masthead.kql.translate.registry import operator
from masthead.kql.translate.translator import Translator
from masthead.kql.translate.types import quote


@operator("SummarizeOperator")
def summarize(translator: Translator, node: Node, relation: Relation) -> Relation:
    return summarized(translator, node, relation)


def summarized(translator: Translator, node: Node, relation: Relation, extra_key: str | None = None) -> Relation:
    """The groups of a summarize. extra_key: a hidden column that groups too, and travels on."""
    by_clause = node.child("ByClause")
    keys = by_clause.items("Expressions") if by_clause is not None else []
    aggregates = node.items("Aggregates")
    names = [c.name for c in node.columns or ()]
    with translator.over(relation):
        key_values = [translator.scalar(k) for k in keys]
    shared: dict[str, str] = {}
    with translator.over(relation, aggregating=True):
        made: list[tuple[Node, list[tuple[str | None, Expr]]]] = []
        for aggregate in aggregates:
            made.append((aggregate, _columns_of(translator, aggregate, keys, relation, shared)))
    total = len(keys) + sum(len(columns) for _, columns in made)
    if total != len(names):
        raise translator.unsupported("this summarize (its columns are not what the language service expects)", node)
    in_the_result(translator, node, _otherwise([each for each, _ in made], set(names)))
    columns = list(zip(names, key_values, strict=False))
    position = len(keys)
    for _, values in made:
        for _, value in values:
            columns.append((names[position], value))
            position += 1
    # By ordinal: a bare constant would mean something else to GROUP BY.
    grouped = [str(i + 1) for i in range(len(keys))]
    if shared:
        return translator.shaped(_taken_apart(translator, relation, columns, shared, len(keys), extra_key), node)
    hidden = {}
    if extra_key is not None:
        grouped.append(str(len(columns) + 1))
        hidden[extra_key] = quote(extra_key)
    tail = f"GROUP BY {', '.join(grouped)}" if grouped else ""
    return translator.shaped(translator.select(relation, columns, tail, keep=False, hidden=hidden), node)


def _taken_apart(
    translator: Translator,
    relation: Relation,
    columns: list[tuple[str, Expr]],
    shared: dict[str, str],
    keys: int,
    extra_key: str | None,
) -> Relation:
    """The groups where several columns are taken from one aggregate: it is computed within, and taken apart around."""
    grouped: dict[str, str] = {}
    rest: dict[str, str] = {}
    outer = []
    for index, (name, value) in enumerate(columns):
        if not value.sql.startswith(tuple(f"{quote(each)}." for each in shared)):
            inner = translator.fresh("aggregate")
            (grouped if index < keys else rest)[inner] = value.sql
            value = Expr(quote(inner), value.type, total=value.total)
        outer.append((name, value))
    if extra_key is not None:
        grouped[extra_key] = quote(extra_key)
    tail = f"GROUP BY {', '.join(str(i + 1) for i in range(len(grouped)))}" if grouped else ""
    made = translator.select(relation, [], tail, keep=False, hidden={**grouped, **rest, **shared})
    return translator.select(replace(made, hidden=(extra_key,) if extra_key is not None else ()), outer)


def _otherwise(aggregates: list[Node], names: set[str]) -> dict[str, str]:
    """Columns without a name of their own that the language service calls otherwise than the documentation's examples
    do: covariance(x, y) is covariance_x_y, percentilesw_array(x, …) is percentile_x, variancep(x) is variance_x."""
    out = {}
    for aggregate in aggregates:
        arguments = aggregate.items("ArgumentList") if aggregate.kind == "FunctionCallExpression" else []
        function = aggregate.child("Name").simple_name if arguments else ""
        column = arguments[0].simple_name if arguments else None
        if column is None:
            continue
        if function.startswith("covariance") and (second := arguments[1].simple_name) is not None:
            out[f"{function}_{column}"] = f"{function}_{column}_{second}"
        elif function == "percentilesw_array":
            out[f"percentiles_{column}"] = f"percentile_{column}"
        elif function == "variancep":
            out[f"variancep_{column}"] = f"variance_{column}"
    return {seen: name for seen, name in out.items() if seen in names}


def _columns_of(
    translator: Translator, aggregate: Node, keys: list[Node], relation: Relation, shared: dict[str, str]
) -> list[tuple[str | None, Expr]]:
    """The columns one aggregate makes: one, or several for arg_max(x, *) and its like."""
    inner = aggregate
    while inner.kind in ("SimpleNamedExpression", "CompoundNamedExpression", "ParenthesizedExpression"):
        inner = inner.child("Expression")
    if inner.kind == "FunctionCallExpression" and inner.called is None:
        name = inner.child("Name").simple_name
        known = registry.AGGREGATES.get(name)
        if known is not None:
            arguments = inner.items("ArgumentList")
            call = AggregateCall(translator, inner, name, arguments, relation=relation, keys=keys, shared=shared)
            result = known.emit(call)
            if isinstance(result, list):
                return result
    return [(None, translator.scalar(aggregate))]
