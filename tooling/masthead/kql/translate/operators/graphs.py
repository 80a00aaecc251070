"""graph-mark-components and graph-to-table: what a graph's nodes belong to, and the way back to rows."""

from __future__ import annotations

from dataclasses import replace

from masthead.kql.language import Node
from masthead.kql.translate.graph import FROM, KEY, NODE, TO, Graph
from masthead.kql.translate.model import ColumnRef, Expr, Relation
from masthead.kql.translate.operators.join import _parameter
from masthead.kql.translate.registry import operator, python_function, results
from masthead.kql.translate.translator import Translator
from masthead.kql.translate.types import quote


@operator("GraphMarkComponentsOperator")
def mark_components(translator: Translator, node: Node, relation: Relation) -> Relation:
    if not isinstance(relation, Graph):
        raise translator.wrong("graph-mark-components needs a graph", node)
    kind = _parameter(node, "kind") or "weak"
    if kind not in ("weak", "strong"):
        raise translator.unsupported(f"graph-mark-components with kind={kind}", node)
    name = _named(node).get("with_component_id", "ComponentId")
    nodes = relation.nodes
    if nodes.column(name) is not None:
        raise translator.unsupported(f"graph-mark-components into {name}, which the nodes already have", node)
    ref = ColumnRef(name, "long", translator.fresh("component"))
    ends = f"SELECT list({quote(FROM)}) AS a, list({quote(TO)}) AS b FROM {relation.source} AS e"
    computed = f"kq_components((SELECT count(*) FROM {nodes.source}), a, b, {str(kind == 'strong').lower()})"
    found = translator.cte(
        f"SELECT {relation.bounded(computed, 'graph-mark-components')} AS v FROM ({ends}) AS s",
        "components",
        materialized=True,
    )
    marked = translator.cte(
        f"SELECT *, (SELECT v FROM {found})[{quote(NODE)}] AS {quote(ref.identifier)} FROM {nodes.source} AS s",
        "nodes",
        materialized=True,
    )
    return replace(relation, nodes=Relation(marked, (*nodes.columns, ref), nodes.hidden))


@python_function("kq_components", ["BIGINT", "BIGINT[]", "BIGINT[]", "BOOLEAN"], "BIGINT[]")
def _components(count: int, starts: list[int] | None, ends: list[int] | None, strong: bool) -> list[int]:
    """The component of each node, numbered from 0 in the order of their first nodes."""
    edges = list(zip(starts or [], ends or [], strict=True))
    roots = _strong(count, edges) if strong else _weak(count, edges)
    numbers: dict[int, int] = {}
    return [numbers.setdefault(roots[node], len(numbers)) for node in range(1, count + 1)]


def _weak(count: int, edges: list[tuple[int, int]]) -> list[int]:
    """For each node one of the nodes that edges of any direction lead to; the same for all of them."""
    parent = list(range(count + 1))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = node = parent[parent[node]]
        return node

    for a, b in edges:
        low, high = sorted((root(a), root(b)))
        parent[high] = low
    return [root(node) for node in range(count + 1)]


def _strong(count: int, edges: list[tuple[int, int]]) -> list[int]:
    """For each node one of the nodes that it reaches and that reach it; the same for all of them (Tarjan)."""
    after: list[list[int]] = [[] for _ in range(count + 1)]
    for a, b in edges:
        after[a].append(b)
    seen = [0] * (count + 1)  # the place at which a node was met; 0 if it was not
    low = [0] * (count + 1)
    roots = list(range(count + 1))
    met, open_, is_open = 0, [], [False] * (count + 1)
    for first in range(1, count + 1):
        if seen[first]:
            continue
        walk = [(first, iter(after[first]))]
        while walk:
            node, rest = walk[-1]
            if not seen[node]:
                met += 1
                seen[node] = low[node] = met
                open_.append(node)
                is_open[node] = True
            for other in rest:
                if not seen[other]:
                    walk.append((other, iter(after[other])))
                    break
                if is_open[other]:
                    low[node] = min(low[node], seen[other])
            else:
                walk.pop()
                if walk:
                    low[walk[-1][0]] = min(low[walk[-1][0]], low[node])
                if low[node] == seen[node]:
                    while True:
                        member = open_.pop()
                        is_open[member] = False
                        roots[member] = node
                        if member == node:
                            break
    return roots


@operator("GraphToTableOperator")
def graph_to_table(translator: Translator, node: Node, relation: Relation) -> Relation:
    outputs = node.items("OutputClause")
    if len(outputs) != 1:
        raise translator.unsupported("graph-to-table of several tables within a query; let it end a statement", node)
    table = _exported(translator, node, outputs[0], relation)
    _name(translator, outputs[0], table)
    return translator.shaped(table, node)


@results("GraphToTableOperator")
def graph_to_tables(translator: Translator, node: Node, relation: Relation) -> list[Relation]:
    """Nodes and edges. Where statements follow, they name the tables that are to be returned."""
    outputs = node.items("OutputClause")
    tables = [_name(translator, output, _exported(translator, node, output, relation)) for output in outputs]
    last = translator.analysis.tree.items("Statements")[-1]
    if last.start > node.end:
        if any(output.child("AsClause") is None for output in outputs):
            raise translator.unsupported("graph-to-table without names before other statements", node)
        return []
    return tables


def _name(translator: Translator, output: Node, table: Relation) -> Relation:
    clause = output.child("AsClause")
    if clause is None:
        return table
    name = clause.child("Name").simple_name
    shared = translator.shared(table, name)
    translator.environment.bind(name, shared)
    return shared


def _exported(translator: Translator, node: Node, output: Node, relation: Relation) -> Relation:
    """The rows of the nodes or of the edges, with the hashes of nodes' ids that are asked for before them."""
    if not isinstance(relation, Graph):
        raise translator.wrong("graph-to-table needs a graph", node)
    options = _named(output)
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
    return translator.select(rows, columns, keep=False)


def _named(node: Node) -> dict[str, str]:
    """The names that parameters such as with_node_id=… give."""
    return {
        (p.child("Name").simple_name or p.child("Name").text).lower(): p.child("Expression").simple_name
        for p in node.items("Parameters")
    }
