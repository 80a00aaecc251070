"""summarize: groups and their aggregates."""

from __future__ import annotations

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
    with translator.over(relation, aggregating=True):
        made: list[tuple[Node, list[tuple[str | None, Expr]]]] = []
        for aggregate in aggregates:
            made.append((aggregate, _columns_of(translator, aggregate, keys, relation)))
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
    hidden = {}
    if extra_key is not None:
        grouped.append(str(len(columns) + 1))
        hidden[extra_key] = quote(extra_key)
    tail = f"GROUP BY {', '.join(grouped)}" if grouped else ""
    return translator.shaped(translator.select(relation, columns, tail, keep=False, hidden=hidden), node)


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
    translator: Translator, aggregate: Node, keys: list[Node], relation: Relation
) -> list[tuple[str | None, Expr]]:
    """The columns one aggregate makes: one, or several for arg_max(x, *) and its like."""
    inner = aggregate
    while inner.kind in ("SimpleNamedExpression", "CompoundNamedExpression", "ParenthesizedExpression"):
        inner = inner.child("Expression")
    if inner.kind == "FunctionCallExpression" and inner.called is None:
        name = inner.child("Name").simple_name
        known = registry.AGGREGATES.get(name)
        if known is not None:
            call = AggregateCall(translator, inner, name, inner.items("ArgumentList"), relation=relation, keys=keys)
            result = known.emit(call)
            if isinstance(result, list):
                return result
    return [(None, translator.scalar(aggregate))]
