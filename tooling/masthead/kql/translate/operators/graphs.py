"""make-graph, graph-mark-components and graph-to-table: rows to graphs and back."""

from __future__ import annotations

from dataclasses import replace

from masthead.kql.language import Node
from masthead.kql.translate.graph import EDGE, ENTERING, FROM, KEY, LEAVING, NODE, TO, Graph
from masthead.kql.translate.model import ColumnRef, Expr, Relation
from masthead.kql.translate.operators.join import _parameter
from masthead.kql.translate.registry import operator, python_function
from masthead.kql.translate.translator import Translator
from masthead.kql.translate.types import null_of, quote, refused


@operator("MakeGraphOperator")
def make_graph(translator: Translator, node: Node, relation: Relation) -> Relation:
    if node.items("Parameters"):
        raise translator.unsupported("make-graph with parameters", node)
    source, target = (relation.column(node.child(side).simple_name) for side in ("SourceColumn", "TargetColumn"))
    if source is None or target is None or source.type != target.type:
        raise translator.unsupported("make-graph of two columns that are not of one type", node)
    place = f"ORDER BY {quote('$order')}" if relation.ordered else ""
    numbered = translator.cte(
        f"SELECT *, row_number() OVER ({place}) AS {quote(EDGE)} FROM {relation.source} AS s",
        "edges",
        materialized=True,
    )
    columns, table = _given_nodes(translator, node, source.type)
    ends = (
        f"SELECT {quote(source.identifier)} AS k, 2 * {quote(EDGE)} AS place FROM {numbered} UNION ALL "
        f"SELECT {quote(target.identifier)}, 2 * {quote(EDGE)} + 1 FROM {numbered}"
    )
    keys = f"SELECT k, min(place) AS place FROM ({ends}) AS s GROUP BY k"
    known = table or f"SELECT {null_of(source.type)} AS k, 0 AS place WHERE false"
    checked = (
        "CASE WHEN k IS NULL THEN "
        f"{refused('make-graph with a node whose id is null')}::BOOLEAN WHEN count(*) OVER (PARTITION BY k) > 1 "
        f"THEN {refused('make-graph with several nodes of one id')}::BOOLEAN ELSE true END"
    )
    everything = (
        f"SELECT *, 0 AS late FROM ({known}) AS s UNION ALL BY NAME "
        f"SELECT *, 1 AS late FROM ({keys}) AS s "
        f"WHERE k IS NULL OR k NOT IN (SELECT k FROM ({known}) AS t WHERE k IS NOT NULL)"
    )
    nodes_cte = translator.cte(
        f"SELECT *, row_number() OVER (ORDER BY late, place) AS {quote(NODE)} FROM ({everything}) AS s "
        f"QUALIFY {checked}",
        "nodes",
        materialized=True,
    )
    with_ends = translator.cte(
        f"SELECT e.*, a.{quote(NODE)} AS {quote(FROM)}, b.{quote(NODE)} AS {quote(TO)} FROM {numbered} AS e "
        f"JOIN {nodes_cte} AS a ON a.k = e.{quote(source.identifier)} "
        f"JOIN {nodes_cte} AS b ON b.k = e.{quote(target.identifier)}",
        "graph",
        materialized=True,
    )
    parts = [f"{sql} AS {quote(c.identifier)}" for c, sql in columns]
    for name, end in ((ENTERING, TO), (LEAVING, FROM)):
        parts.append(f"(SELECT count(*) FROM {with_ends} AS e WHERE e.{quote(end)} = s.{quote(NODE)}) AS {quote(name)}")
    parts += [quote(NODE), f"k AS {quote(KEY)}"]
    nodes = translator.cte(f"SELECT {', '.join(parts)} FROM {nodes_cte} AS s", "nodes", materialized=True)
    return Graph(
        with_ends,
        relation.columns,
        (EDGE, FROM, TO),
        nodes=Relation(nodes, tuple(c for c, _ in columns), (NODE, KEY, ENTERING, LEAVING)),
        key=source.type,
    )


def _given_nodes(translator: Translator, node: Node, kind: str) -> tuple[list[tuple[ColumnRef, str]], str]:
    """The nodes' columns, each with its SQL; and SELECT k, place, … of the nodes that are given."""
    clause = node.child("WithClause")
    if clause is None:
        return [], ""
    if clause.kind == "MakeGraphWithImplicitIdClause":
        name = clause.child("Name").simple_name
        return [(ColumnRef(name, kind, "n0"), "k")], ""
    given = clause.items("TablesAndKeys") if clause.kind == "MakeGraphWithTablesAndKeysClause" else []
    if len(given) != 1:
        raise translator.unsupported("make-graph with other than one table of nodes", clause)
    table = translator.tabular(given[0].child("Table"))
    key = table.column(given[0].child("Column").simple_name)
    if key is None or key.type != kind:
        raise translator.unsupported("make-graph whose nodes have an id of another type than the edges", clause)
    refs = [ColumnRef(c.name, c.type, f"n{i}") for i, c in enumerate(table.columns)]
    parts = [f"{quote(c.identifier)} AS {quote(r.identifier)}" for c, r in zip(table.columns, refs, strict=True)]
    place = f"ORDER BY {quote('$order')}" if table.ordered else ""
    sql = (
        f"SELECT {', '.join(parts)}, {quote(key.identifier)} AS k, row_number() OVER ({place}) AS place "
        f"FROM {table.source} AS s"
    )
    made = translator.cte(sql, "given", materialized=True)
    # A node that only edges name has its id, and nothing else: the binder's order of columns is the table's.
    columns = [
        (r, "k")
        if c.name == key.name
        else (r, f"coalesce({quote(r.identifier)}, '')" if r.type == "string" else quote(r.identifier))
        for c, r in zip(table.columns, refs, strict=True)
    ]
    return columns, f"SELECT * FROM {made}"


@operator("GraphMarkComponentsOperator")
def mark_components(translator: Translator, node: Node, relation: Relation) -> Relation:
    if not isinstance(relation, Graph):
        raise translator.wrong("graph-mark-components needs a graph", node)
    if (_parameter(node, "kind") or "weak") != "weak":
        raise translator.unsupported("graph-mark-components of strong components", node)
    name = next(
        (
            p.child("Expression").simple_name
            for p in node.items("Parameters")
            if (p.child("Name").simple_name or "").lower() == "with_component_id"
        ),
        "ComponentId",
    )
    nodes = relation.nodes
    if nodes.column(name) is not None:
        raise translator.unsupported(f"graph-mark-components into {name}, which the nodes already have", node)
    ref = ColumnRef(name, "long", translator.fresh("component"))
    ends = f"SELECT list({quote(FROM)}) AS a, list({quote(TO)}) AS b FROM {relation.source} AS e"
    found = translator.cte(
        f"SELECT kq_components((SELECT count(*) FROM {nodes.source}), a, b) AS v FROM ({ends}) AS s",
        "components",
        materialized=True,
    )
    marked = translator.cte(
        f"SELECT *, (SELECT v FROM {found})[{quote(NODE)}] AS {quote(ref.identifier)} FROM {nodes.source} AS s",
        "nodes",
        materialized=True,
    )
    return replace(relation, nodes=Relation(marked, (*nodes.columns, ref), nodes.hidden))


@python_function("kq_components", ["BIGINT", "BIGINT[]", "BIGINT[]"], "BIGINT[]")
def _components(count: int, starts: list[int] | None, ends: list[int] | None) -> list[int]:
    """The component of each node, numbered from 0 in the order of their first nodes."""
    parent = list(range(count + 1))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = node = parent[parent[node]]
        return node

    for a, b in zip(starts or [], ends or [], strict=True):
        low, high = sorted((root(a), root(b)))
        parent[high] = low
    numbers: dict[int, int] = {}
    return [numbers.setdefault(root(node), len(numbers)) for node in range(1, count + 1)]


@operator("GraphToTableOperator")
def graph_to_table(translator: Translator, node: Node, relation: Relation) -> Relation:
    outputs = node.items("OutputClause")
    if not isinstance(relation, Graph):
        raise translator.wrong("graph-to-table needs a graph", node)
    if len(outputs) != 1 or outputs[0].child("AsClause") is not None:
        raise translator.unsupported("graph-to-table of several tables", node)
    output = outputs[0]
    options = {
        (p.child("Name").simple_name or p.child("Name").text): p.child("Expression").simple_name
        for p in output.items("Parameters")
    }
    edges = output.child("EntityKeyword").text == "edges"
    rows = relation if edges else relation.nodes
    ends = {"with_source_id": FROM, "with_target_id": TO} if edges else {"with_node_id": NODE}
    columns = []
    for option, end in ends.items():
        if option in options:
            if relation.key != "string":
                raise translator.unsupported(f"graph-to-table with ids of nodes named by a {relation.key}", node)
            key = f"(SELECT n.{quote(KEY)} FROM {relation.nodes.source} AS n WHERE n.{quote(NODE)} = s.{quote(end)})"
            columns.append((options[option], Expr(f"kq_hash_text({key}, NULL)", "long")))
    columns += translator.values(rows)
    return translator.shaped(translator.select(rows, columns, keep=False), node)
