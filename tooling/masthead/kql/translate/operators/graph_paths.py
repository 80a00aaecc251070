"""graph-shortest-paths: for each pair of nodes the fewest edges from one to the other."""

from __future__ import annotations

from collections.abc import Iterator

from masthead.kql.language import Node
from masthead.kql.translate.graph import NODE
from masthead.kql.translate.model import Relation
from masthead.kql.translate.operators.graph_match import Match, directed, finished
from masthead.kql.translate.operators.graph_patterns import constraints, is_graph, read
from masthead.kql.translate.operators.join import _parameter
from masthead.kql.translate.registry import operator, python_function
from masthead.kql.translate.translator import Translator
from masthead.kql.translate.types import REFUSAL, quote

STEPS_LIMIT = 2_000_000  # edges looked at, and edges in what is found


@operator("GraphShortestPathsOperator")
def graph_shortest_paths(translator: Translator, node: Node, relation: Relation) -> Relation:
    """Paths from a node to itself are none: of two nodes that are one the distance is 0."""
    graph = is_graph(translator, node, relation)
    output = _parameter(node, "output") or "any"
    if output not in ("any", "all"):
        raise translator.unsupported(f"graph-shortest-paths with output={output}", node)
    patterns = node.items("Patterns")
    if len(patterns) != 1:
        raise translator.wrong("graph-shortest-paths takes one sequence", node)
    _, hops = read(translator, patterns)
    if len(hops) != 1 or hops[0].start == hops[0].goal or (hop := hops[0]).span is None or hop.span[0] < 1:
        what = "graph-shortest-paths of anything but one edge of variable length, of at least one, between two nodes"
        raise translator.unsupported(what, node)
    found = constraints(node.child("WhereClause"), hops, {hop.start, hop.goal})
    if found.rest:
        raise translator.unsupported(
            "graph-shortest-paths where a path must satisfy more than all(…) of its edges or inner nodes", found.rest[0]
        )
    starts, goals = (
        _numbers(graph.nodes, found.where(translator, name, graph.nodes)) for name in (hop.start, hop.goal)
    )
    inner = _numbers(graph.nodes, found.where(translator, hop.edge, graph.nodes, inner=True))
    edges = directed(translator, hop, graph, found)
    listed = ", ".join(f"list({column} ORDER BY number, here) AS {column}" for column in ("number", "here", "there"))
    least, most = hop.span
    computed = (
        f"kq_shortest_paths(e.number, e.here, e.there, {starts}, {goals}, {inner}, {least}, {most}, "
        f"{str(output == 'all').lower()})"
    )
    made = translator.cte(
        f"SELECT unnest({graph.bounded(computed, 'graph-shortest-paths')}) AS p "
        f"FROM (SELECT {listed} FROM {edges} AS s) AS e",
        "shortest",
        materialized=True,
    )
    start, goal, along, between = (quote(name) for name in ("v:start", "v:goal", "e:along", "i:between"))
    source = (
        f"(SELECT p.here AS {start}, p.there AS {goal}, p.edges AS {along}, p.inner_nodes AS {between} FROM {made})"
    )
    match = Match(source, {hop.start: start, hop.goal: goal}, {hop.edge: (along, between)})
    return finished(translator, node, graph, match, found)


def _numbers(nodes: Relation, condition: str | None) -> str:
    """SQL for the list of the nodes that satisfy a condition."""
    return f"(SELECT list({quote(NODE)} ORDER BY {quote(NODE)}) FROM {nodes.source} AS s WHERE {condition or 'true'})"


_LISTS = ["BIGINT[]"] * 6
_FOUND = "STRUCT(here BIGINT, there BIGINT, edges BIGINT[], inner_nodes BIGINT[])[]"


@python_function("kq_shortest_paths", [*_LISTS, "BIGINT", "BIGINT", "BOOLEAN"], _FOUND)
def _shortest_paths(
    numbers: list[int] | None,
    here: list[int] | None,
    there: list[int] | None,
    starts: list[int] | None,
    goals: list[int] | None,
    inner: list[int] | None,
    least: int,
    most: int,
    every: bool,
) -> list[dict[str, object]]:
    """The shortest paths from each start to each goal over the inner nodes, along edges given as three lists.

    every: all of them; else that which takes the first edges. Refuses a pair that is nearer than `least`, as longer
    ways may go in circles, and what takes too long.
    """
    after: dict[int, list[tuple[int, int]]] = {}
    for number, a, b in zip(numbers or [], here or [], there or [], strict=True):
        after.setdefault(a, []).append((number, b))
    between, wanted = set(inner or []), set(goals or [])
    found: list[dict[str, object]] = []
    work = 0
    for start in starts or []:
        distance = {start: 0}
        before: dict[
            int, list[tuple[int, int]]
        ] = {}  # node → the last edges of its shortest paths, and where they begin
        frontier = [start]
        for length in range(1, most + 1):
            reached = []
            for node in frontier:
                if node != start and node not in between:
                    continue
                ways = after.get(node, [])
                work += len(ways) + 1
                if work > STEPS_LIMIT:
                    raise ValueError(f"{REFUSAL}graph-shortest-paths in a graph this large; give fewer nodes or edges")
                for number, other in ways:
                    if other not in distance:
                        distance[other] = length
                        before[other] = [(number, node)]
                        reached.append(other)
                    elif every and distance[other] == length:
                        before[other].append((number, node))
            frontier = reached
        for goal in distance:
            if goal == start or goal not in wanted:
                continue
            if distance[goal] < least:
                raise ValueError(f"{REFUSAL}graph-shortest-paths of nodes that are nearer than the least length")
            for edges, nodes in _ways(before, start, goal):
                work += len(edges)
                if work > STEPS_LIMIT:
                    raise ValueError(f"{REFUSAL}this many shortest paths; say output=any, or give fewer nodes or edges")
                found.append({"here": start, "there": goal, "edges": edges, "inner_nodes": nodes})
    return found


def _ways(before: dict[int, list[tuple[int, int]]], start: int, goal: int) -> Iterator[tuple[list[int], list[int]]]:
    """The edges and inner nodes of each way from start to goal."""
    waiting: list[tuple[int, tuple | None]] = [(goal, None)]  # node, and (edge, its goal, …) from there on
    while waiting:
        node, rest = waiting.pop()
        if node != start:
            waiting += [(a, (number, node, rest)) for number, a in reversed(before[node])]
            continue
        edges, nodes = [], []
        while rest is not None:
            number, node, rest = rest
            edges.append(number)
            nodes.append(node)
        yield edges, nodes[:-1]
