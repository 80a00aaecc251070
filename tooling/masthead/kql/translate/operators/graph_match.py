"""graph-match: the places of a graph that a pattern fits.

A match is a row of numbers: of nodes for the pattern's nodes, of an edge for an edge, and for an edge of variable
length the lists of its edges and of the nodes between them. What the where and the project name is looked up from them.
What the where says of single nodes and edges is looked at before matches are made of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from masthead.kql.language import Node
from masthead.kql.translate.graph import EDGE, FROM, KNOWN, NODE, TO, Element, Graph, Path
from masthead.kql.translate.model import Expr, Relation
from masthead.kql.translate.operators.graph_patterns import (
    Constraints,
    Hop,
    constraints,
    is_graph,
    projected,
    read,
    rest,
)
from masthead.kql.translate.operators.join import _parameter
from masthead.kql.translate.registry import operator
from masthead.kql.translate.scope import Rows
from masthead.kql.translate.translator import Translator
from masthead.kql.translate.types import quote, refused


@dataclass
class Match:
    """The pattern as far as it was read. `source`: SQL of the matches; the rest: what their columns are of."""

    source: str
    nodes: dict[str, str] = field(default_factory=dict)  # name (or a made one) → column of the node's number
    # name → columns of the edge's number, or of the path's and the inner nodes'
    edges: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    sequences: dict[int, list[str]] = field(default_factory=dict)  # sequence → its edges' names


@operator("GraphMatchOperator")
def graph_match(translator: Translator, node: Node, relation: Relation) -> Relation:
    graph = is_graph(translator, node, relation)
    cycles = _parameter(node, "cycles") or "unique_edges"
    patterns = node.items("Patterns")
    if cycles not in ("all", "none", "unique_edges"):
        raise translator.unsupported(f"graph-match with cycles={cycles}", node)
    if cycles == "none" and len(patterns) > 1:
        raise translator.unsupported("graph-match of several sequences with cycles=none", node)
    first, hops = read(translator, patterns)
    nodes = {first, *(name for hop in hops for name in (hop.start, hop.goal))}
    found = constraints(node.child("WhereClause"), hops, nodes)
    match = _matched(translator, graph, first, hops, found, cycles)
    guard = _told_apart(match) if cycles == "unique_edges" and len(patterns) > 1 else None
    return finished(translator, node, graph, match, found, guard)


def finished(
    translator: Translator, node: Node, graph: Graph, match: Match, found: Constraints, guard: str | None = None
) -> Relation:
    """The rows of `project` for the matches that satisfy what is left of the where, and `guard`, SQL."""
    project = node.child("ProjectClause")
    if project is None:
        raise translator.unsupported(f"{node.children[0].text} without project", node)
    looked_up: list[tuple[str, str]] = []
    rows, steps = _elements(translator, graph, match, node, looked_up)
    before = translator.rows
    translator.rows = Rows({}, relation=rows, steps=steps)
    try:
        condition = rest(translator, found.ends + found.rest)
        if guard is not None:
            condition = f"CASE WHEN {condition} THEN {guard} ELSE false END"
        expressions = project.items("Expressions")
        if len(expressions) != len(node.columns or ()):
            raise translator.unsupported(f"this project of a {node.children[0].text}", node)
        columns = [(c.name, projected(translator, e)) for c, e in zip(node.columns, expressions, strict=True)]
    finally:
        translator.rows = before
    rows = translator.with_windows(rows, looked_up)
    return translator.shaped(translator.select(rows, columns, f"WHERE {condition}", keep=False), node)


def _matched(
    translator: Translator, graph: Graph, first: str, hops: list[Hop], found: Constraints, cycles: str
) -> Match:
    column = quote("v:" + first)
    condition = found.where(translator, first, graph.nodes)
    match = Match(f"(SELECT {quote(NODE)} AS {column} FROM {graph.nodes.source} AS s WHERE {condition or 'true'})")
    match.nodes[first] = column
    for hop in hops:
        at, known = match.nodes[hop.start], match.nodes.get(hop.goal)
        goal = known or quote("v:" + hop.goal)
        kept = "m.*" if known else f"m.*, e.there AS {goal}"
        same = f" AND e.there = m.{known}" if known else ""
        if not known and (condition := found.where(translator, hop.goal, graph.nodes)):
            same += f" AND e.there IN (SELECT {quote(NODE)} FROM {graph.nodes.source} AS s WHERE {condition})"
        edges = directed(translator, hop, graph, found)
        match.sequences.setdefault(hop.sequence, []).append(hop.edge)
        if hop.span is None:
            match.edges[hop.edge] = quote("e:" + hop.edge), None
            step = (
                f"SELECT {kept}, e.number AS {match.edges[hop.edge][0]} FROM {match.source} AS m "
                f"JOIN {edges} AS e ON e.here = m.{at}{same}"
            )
        else:
            listed, inner = match.edges[hop.edge] = quote("e:" + hop.edge), quote("i:" + hop.edge)
            paths = _paths(translator, hop, f"SELECT {at} FROM {match.source} AS m", edges, found, graph, cycles)
            along, between = (
                ("list_reverse(e.edges)", "list_reverse(e.inner_nodes)") if hop.turned else ("e.edges", "e.inner_nodes")
            )
            step = (
                f"SELECT {kept}, {along} AS {listed}, {between} AS {inner} FROM {match.source} AS m "
                f"JOIN {paths} AS e ON e.here = m.{at}{same}"
            )
        once = _once(match, cycles, goal, hop.sequence)
        match.source = translator.cte(f"SELECT * FROM ({step}) AS s{once}", "match")
        match.nodes[hop.goal] = goal
    return match


def _distinct(match: Match, names: list[str]) -> str:
    """SQL that these edges and paths take no edge twice."""
    lists = [column if inner else f"[{column}]" for column, inner in (match.edges[name] for name in names)]
    together = lists[0]
    for each in lists[1:]:
        together = f"list_concat({together}, {each})"
    return f"len(list_distinct({together})) = len({together})" if len(lists) > 1 else "true"


def _once(match: Match, cycles: str, goal: str, sequence: int) -> str:
    """What keeps a match from going in a circle, over all that it goes along."""
    if cycles == "all":
        return ""
    if cycles == "unique_edges":
        return f" WHERE {_distinct(match, match.sequences[sequence])}"
    # a node that the pattern names again closes a circle
    if goal in match.nodes.values():
        return " WHERE false"
    together = f"[{', '.join([*match.nodes.values(), goal])}]"
    for _, inner in match.edges.values():
        together = f"list_concat({together}, {inner})" if inner is not None else together
    return f" WHERE len(list_distinct({together})) = len({together})"


def _told_apart(match: Match) -> str:
    """SQL that is true of a match whose sequences share no edge, and refuses others."""
    what = (
        "a match of a pattern of several sequences that take the same edge, as it is not documented whether "
        "cycles=unique_edges lets them; say cycles=all, or tell the edges apart in where"
    )
    everything = [name for names in match.sequences.values() for name in names]
    return f"CASE WHEN {_distinct(match, everything)} THEN true ELSE {refused(what)}::BOOLEAN END"


def directed(translator: Translator, hop: Hop, graph: Graph, found: Constraints) -> str:
    """The edges that the where lets the hop take, as they are gone along: number, here, there."""
    condition = found.where(translator, hop.edge, graph)
    columns = f"SELECT {quote(EDGE)} AS number, {{}} AS here, {{}} AS there FROM {graph.source} AS s"
    ways = []
    if hop.forth:
        ways.append(columns.format(quote(FROM), quote(TO)) + f" WHERE {condition or 'true'}")
    if hop.back:
        loops = f" AND {quote(FROM)} <> {quote(TO)}" if hop.forth else ""
        ways.append(columns.format(quote(TO), quote(FROM)) + f" WHERE {condition or 'true'}{loops}")
    return translator.cte(" UNION ALL ".join(ways), "hop")


def _paths(
    translator: Translator, hop: Hop, starts: str, edges: str, found: Constraints, graph: Graph, cycles: str
) -> str:
    """The paths of some length from where the matches are: here, there, edges, inner_nodes."""
    least, most = hop.span
    if least == 0 and cycles == "none":
        raise translator.unsupported("a path of no edges with cycles=none", hop.node)
    again = {
        "all": "",
        "unique_edges": " AND NOT list_contains(p.edges, e.number)",
        "none": " AND NOT list_contains(p.inner_nodes, e.there) AND e.there <> p.here AND e.there <> p.there",
    }[cycles]
    if condition := found.where(translator, hop.edge, graph.nodes, inner=True):
        again += f" AND p.there IN (SELECT {quote(NODE)} FROM {graph.nodes.source} AS s WHERE {condition})"
    none = "[]::BIGINT[]"
    nothing = (
        f" UNION ALL SELECT DISTINCT * FROM (SELECT s.*, s.*, {none} AS edges, {none} AS inner_nodes "
        f"FROM ({starts}) AS s(n)) AS z(here, there, edges, inner_nodes)"
    )
    return translator.cte(
        "WITH RECURSIVE p AS ("
        f"SELECT e.here, e.there, [e.number] AS edges, {none} AS inner_nodes "
        f"FROM {edges} AS e WHERE e.here IN ({starts})"
        f"{' AND e.here <> e.there' if cycles == 'none' else ''} UNION ALL "
        "SELECT p.here, e.there, list_append(p.edges, e.number), list_append(p.inner_nodes, p.there) "
        f"FROM p JOIN {edges} AS e ON e.here = p.there WHERE len(p.edges) < {most}{again}) "
        f"SELECT * FROM p WHERE len(edges) >= {least}{nothing if least == 0 else ''}",
        "paths",
    )


def _elements(
    translator: Translator, graph: Graph, match: Match, node: Node, looked_up: list[tuple[str, str]]
) -> tuple[Relation, dict[str, Element]]:
    """The matches beside the properties of their nodes and edges, and what the pattern's names mean there."""
    parts, joins, steps = ["m.*"], [], {}
    for index, (name, column) in enumerate(match.nodes.items()):
        steps[name] = _joined(graph.nodes, f"n{index}", NODE, column, parts, joins)
    for index, (name, (column, inner)) in enumerate(match.edges.items()):
        if inner is None:
            steps[name] = _joined(graph, f"e{index}", EDGE, column, parts, joins)
        else:
            steps[name] = Path(translator, graph, column, inner, node, looked_up)
    source = translator.cte(f"SELECT {', '.join(parts)} FROM {match.source} AS m {' '.join(joins)}", "matches")
    return Relation(source, ()), steps


def _joined(rows: Relation, alias: str, number: str, column: str, parts: list[str], joins: list[str]) -> Element:
    joins.append(f"JOIN {rows.source} AS {alias} ON {alias}.{quote(number)} = m.{column}")
    properties = {}
    for ref in rows.columns:
        made = quote(f"{alias}:{ref.identifier}")
        parts.append(f"{alias}.{quote(ref.identifier)} AS {made}")
        properties[ref.name] = Expr(made, ref.type, total=ref.type == "string")
    known = {}
    for hidden, kind in KNOWN.items():
        if hidden in rows.hidden:
            made = quote(f"{alias}:{hidden}")
            parts.append(f"{alias}.{quote(hidden)} AS {made}")
            known[hidden] = Expr(made, kind, total=True)
    return Element(properties, known)
