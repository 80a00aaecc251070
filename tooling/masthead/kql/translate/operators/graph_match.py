"""graph-match: the places of a graph that a pattern fits.

A match is a row of numbers: of nodes for the pattern's nodes, of an edge for an edge, and for an edge of variable
length the lists of its edges and of the nodes between them. What the where and the project name is looked up from them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from masthead.kql.language import Node
from masthead.kql.translate.graph import EDGE, ENTERING, FROM, LEAVING, NODE, TO, Element, Graph, Path
from masthead.kql.translate.model import Expr, Relation
from masthead.kql.translate.operators.join import _parameter
from masthead.kql.translate.registry import operator
from masthead.kql.translate.scope import Rows
from masthead.kql.translate.translator import Translator
from masthead.kql.translate.types import quote

LENGTH_LIMIT = 100  # edges in one path


@dataclass
class _Match:
    """The pattern as far as it was read. `source`: SQL of the matches; the rest: what their columns are of."""

    source: str
    nodes: dict[str, str] = field(default_factory=dict)  # name (or a made one) → column of the node's number
    edges: dict[str, tuple[str, str | None]] = field(
        default_factory=dict
    )  # name → edge's number or path's, inner nodes'


@operator("GraphMatchOperator")
def graph_match(translator: Translator, node: Node, relation: Relation) -> Relation:
    if not isinstance(relation, Graph):
        raise translator.wrong("graph-match needs a graph", node)
    cycles = _parameter(node, "cycles") or "unique_edges"
    patterns = node.items("Patterns")
    if cycles not in ("all", "none", "unique_edges"):
        raise translator.unsupported(f"graph-match with cycles={cycles}", node)
    if len(patterns) != 1:
        raise translator.unsupported("graph-match of several patterns", node)
    match = _matched(translator, relation, patterns[0].items("PatternElements"), cycles)
    looked_up: list[tuple[str, str]] = []
    rows, steps = _elements(translator, relation, match, node, looked_up)
    before = translator.rows
    translator.rows = Rows({}, relation=rows, steps=steps)
    try:
        where, project = node.child("WhereClause"), node.child("ProjectClause")
        tail = f"WHERE {translator.scalar_as(where.child('Condition'), 'bool').sql}" if where is not None else ""
        if project is None:
            raise translator.unsupported("graph-match without project", node)
        expressions = project.items("Expressions")
        if len(expressions) != len(node.columns or ()):
            raise translator.unsupported("this project of a graph-match", node)
        columns = [(c.name, translator.scalar(e)) for c, e in zip(node.columns, expressions, strict=True)]
    finally:
        translator.rows = before
    rows = translator.with_windows(rows, looked_up)
    return translator.shaped(translator.select(rows, columns, tail, keep=False), node)


def _matched(translator: Translator, graph: Graph, elements: list[Node], cycles: str) -> _Match:
    first = _name(translator, elements[0])
    match = _Match(f"(SELECT {quote(NODE)} AS {quote('v:' + first)} FROM {graph.nodes.source} AS s)")
    match.nodes[first] = quote("v:" + first)
    at = match.nodes[first]
    for edge, node in zip(elements[1::2], elements[2::2], strict=True):
        directed = _directed(edge, graph)
        name, target = _name(translator, edge), _name(translator, node)
        if name in match.edges:
            raise translator.unsupported("graph-match that names an edge twice", edge)
        known = match.nodes.get(target)
        span = edge.child("Range")
        kept = "m.*" if known else f"m.*, e.{'goal' if span else 'there'} AS {quote('v:' + target)}"
        same = f" AND e.{'goal' if span else 'there'} = m.{known}" if known else ""
        if span is None:
            match.edges[name] = quote("e:" + name), None
            step = (
                f"SELECT {kept}, e.number AS {match.edges[name][0]} FROM {match.source} AS m "
                f"JOIN {directed} AS e ON e.here = m.{at}{same}"
            )
        else:
            match.edges[name] = quote("e:" + name), quote("i:" + name)
            paths = _paths(translator, span, match.source, at, directed, cycles)
            listed, inner = match.edges[name]
            step = (
                f"SELECT {kept}, e.edges AS {listed}, e.inner_nodes AS {inner} FROM {match.source} AS m "
                f"JOIN {paths} AS e ON e.start = m.{at}{same}"
            )
        once = _once(match, cycles, known or quote("v:" + target))
        match.source = translator.cte(f"SELECT * FROM ({step}) AS s{once}", "match")
        match.nodes[target] = known or quote("v:" + target)
        at = match.nodes[target]
    return match


def _once(match: _Match, cycles: str, target: str) -> str:
    """What keeps a match from going in a circle, over all that it goes along."""
    if cycles == "all":
        return ""
    singles = [f"[{column}]" for column, inner in match.edges.values() if inner is None]
    if cycles == "unique_edges":
        lists = singles + [column for column, inner in match.edges.values() if inner is not None]
    else:
        nodes = dict.fromkeys([*match.nodes.values(), target])
        lists = [f"[{', '.join(nodes)}]"] + [inner for _, inner in match.edges.values() if inner is not None]
        # a node that the pattern names again closes a circle
        if target in match.nodes.values():
            return " WHERE false"
    together = lists[0]
    for each in lists[1:]:
        together = f"list_concat({together}, {each})"
    return f" WHERE len(list_distinct({together})) = len({together})" if len(lists) > 1 or cycles == "none" else ""


def _directed(edge: Node, graph: Graph) -> str:
    """The edges as they are gone along: number, here, there."""
    tokens = [c.text for c in edge.children if c.text]
    left, right = tokens[0].startswith("<"), tokens[-1].endswith(">")
    start, end = (TO, FROM) if left else (FROM, TO)
    columns = f"SELECT {quote(EDGE)} AS number, {{}} AS here, {{}} AS there FROM {graph.source} AS s"
    sql = columns.format(quote(start), quote(end))
    if left == right:
        sql += " UNION ALL " + columns.format(quote(end), quote(start)) + f" WHERE {quote(FROM)} <> {quote(TO)}"
    return f"({sql})"


def _paths(translator: Translator, span: Node, source: str, at: str, directed: str, cycles: str) -> str:
    """The paths of some length from where the matches are: start, goal, edges, inner_nodes."""
    bounds = [span.child(side) for side in ("RangeStart", "RangeEnd")]
    if any(b is None or b.literal is None for b in bounds):
        raise translator.unsupported("an edge of variable length without both bounds", span)
    least, most = (int(b.literal) for b in bounds)
    if not 1 <= least <= most <= LENGTH_LIMIT:
        raise translator.unsupported(f"an edge of a length other than 1 to {LENGTH_LIMIT}", span)
    again = {
        "all": "",
        "unique_edges": " AND NOT list_contains(p.edges, e.number)",
        "none": " AND NOT list_contains(p.inner_nodes, e.there) AND e.there <> p.start AND e.there <> p.goal",
    }[cycles]
    return translator.cte(
        "WITH RECURSIVE p AS ("
        f"SELECT e.here AS start, e.there AS goal, [e.number] AS edges, []::BIGINT[] AS inner_nodes "
        f"FROM {directed} AS e WHERE e.here IN (SELECT {at} FROM {source} AS m)"
        f"{' AND e.here <> e.there' if cycles == 'none' else ''} UNION ALL "
        "SELECT p.start, e.there, list_append(p.edges, e.number), list_append(p.inner_nodes, p.goal) "
        f"FROM p JOIN {directed} AS e ON e.here = p.goal WHERE len(p.edges) < {most}{again}) "
        f"SELECT * FROM p WHERE len(edges) >= {least}",
        "paths",
    )


def _elements(
    translator: Translator, graph: Graph, match: _Match, node: Node, looked_up: list[tuple[str, str]]
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
    degrees = {}
    for hidden in (ENTERING, LEAVING):
        if hidden in rows.hidden:
            made = quote(f"{alias}:{hidden}")
            parts.append(f"{alias}.{quote(hidden)} AS {made}")
            degrees[hidden] = Expr(made, "long", total=True)
    return Element(properties, degrees)


def _name(translator: Translator, element: Node) -> str:
    named = element.child("Name")
    return named.simple_name if named is not None else translator.fresh("element")
