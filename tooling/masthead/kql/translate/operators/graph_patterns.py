"""What a graph pattern and its where say: hops from node to node, and what each node, edge and path must satisfy."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from masthead.kql.language import Node
from masthead.kql.translate.graph import Graph, Path, element_of, whole
from masthead.kql.translate.model import Expr, Relation
from masthead.kql.translate.scope import Rows
from masthead.kql.translate.translator import Translator

LENGTH_LIMIT = 1_000  # edges in one path


@dataclass(frozen=True, slots=True)
class Hop:
    """One edge of a pattern between two nodes, by their names. forth, back: whether edges from start to goal match, and
    whether those from goal to start do. span: the least and most edges where the length varies. turned: start and goal
    stand the other way round in the pattern. sequence: which of the pattern's sequences it is of."""

    start: str
    edge: str
    goal: str
    forth: bool
    back: bool
    span: tuple[int, int] | None
    sequence: int
    node: Node
    turned: bool = False

    def around(self) -> Hop:
        """The same from goal to start."""
        return replace(self, start=self.goal, goal=self.start, forth=self.back, back=self.forth, turned=not self.turned)


def read(translator: Translator, patterns: list[Node]) -> tuple[str, list[Hop]]:
    """The name of the first node and the hops, in an order in which each starts where one before it has been."""
    first, waiting = "", []
    for sequence, pattern in enumerate(patterns):
        elements = pattern.items("PatternElements")
        names = [_name(translator, element) for element in elements]
        first = first or names[0]
        for at in range(1, len(elements), 2):
            edge = elements[at]
            tokens = [c.text for c in edge.children if c.text]
            left, right = tokens[0].startswith("<"), tokens[-1].endswith(">")
            either = left == right
            waiting.append(
                Hop(
                    names[at - 1],
                    names[at],
                    names[at + 1],
                    right or either,
                    left or either,
                    _span(translator, edge),
                    sequence,
                    edge,
                )
            )
    edges, nodes = [hop.edge for hop in waiting], {first, *(n for hop in waiting for n in (hop.start, hop.goal))}
    for hop in waiting:
        if edges.count(hop.edge) > 1 or hop.edge in nodes:
            raise translator.unsupported("a graph pattern that uses the name of an edge twice", hop.node)
    known, hops = {first}, []
    while waiting:
        hop = next((h for h in waiting if h.start in known), None) or next(
            (h for h in waiting if h.goal in known), None
        )
        if hop is None:
            raise translator.wrong("the sequences of a pattern must share a node", waiting[0].node)
        waiting.remove(hop)
        hops.append(hop if hop.start in known else hop.around())
        known |= {hop.start, hop.goal}
    return first, hops


def _name(translator: Translator, element: Node) -> str:
    named = element.child("Name")
    return named.simple_name if named is not None else translator.fresh("element")


def _span(translator: Translator, edge: Node) -> tuple[int, int] | None:
    span = edge.child("Range")
    if span is None:
        return None
    bounds = [span.child(side) for side in ("RangeStart", "RangeEnd")]
    if any(b is None or b.missing for b in bounds):
        raise translator.unsupported("an edge of variable length without both bounds", span)
    least, most = (translator.constant(b, "the length of a path") for b in bounds)
    if not (isinstance(least, int) and isinstance(most, int) and 0 <= least <= most and 1 <= most <= LENGTH_LIMIT):
        raise translator.unsupported(f"an edge of a length other than 0 to {LENGTH_LIMIT}", span)
    return least, most


@dataclass
class Constraints:
    """What a where says, in parts that can be looked at as soon as what they are of is there.

    of: of one node, or of a plain edge or all edges of a path, by its name; inner: of all inner nodes of a path;
    ends: of several nodes; rest: of whole matches.
    """

    of: dict[str, list[Node]] = field(default_factory=dict)
    inner: dict[str, list[Node]] = field(default_factory=dict)
    ends: list[Node] = field(default_factory=list)
    rest: list[Node] = field(default_factory=list)

    def where(self, translator: Translator, name: str, rows: Relation, *, inner: bool = False) -> str | None:
        """SQL that the graph's nodes or edges must satisfy to be the element of this name, over themselves."""
        parts = (self.inner if inner else self.of).get(name, ())
        before = translator.rows
        made = []
        try:
            for part in parts:
                # in all(…) the names are the element's own; elsewhere they stand behind its name
                translator.rows = Rows(
                    {c.name: c.expr for c in rows.columns}, relation=rows, steps={name: element_of(rows)}
                )
                made.append(f"coalesce({translator.scalar_as(part, 'bool').sql}, false)")
        finally:
            translator.rows = before
        return " AND ".join(made) or None


def constraints(where: Node | None, hops: list[Hop], nodes: Collection[str]) -> Constraints:
    """The parts of a where clause, which `and` joins."""
    found = Constraints()
    paths = {hop.edge for hop in hops if hop.span is not None}
    edges = {hop.edge for hop in hops}
    for part in _parts(where.child("Condition")) if where is not None else ():
        names = variables(part, {*nodes, *edges})
        if names <= paths and (of_path := _of_all(part, names)):
            path, condition, inner = of_path
            (found.inner if inner else found.of).setdefault(path, []).append(condition)
        elif len(names) == 1 and not _along(part):
            found.of.setdefault(next(iter(names)), []).append(part)
        elif not names & edges:
            found.ends.append(part)
        else:
            found.rest.append(part)
    return found


def _parts(condition: Node) -> list[Node]:
    """What `and` joins, in the order of the text."""
    waiting, parts = [condition], []
    while waiting:
        part = waiting.pop()
        if part.kind == "ParenthesizedExpression":
            waiting.append(part.child("Expression"))
        elif part.kind == "AndExpression":
            waiting += [part.child("Right"), part.child("Left")]
        else:
            parts.append(part)
    return parts


def variables(node: Node, names: Collection[str]) -> set[str]:
    """The nodes and edges of the pattern that an expression names."""
    return {part.simple_name for part in node.walk() if part.type == "tuple" and part.simple_name in names}


def _along(node: Node) -> list[Node]:
    """The calls of all, any and map in an expression."""
    return [
        part
        for part in node.walk()
        if part.kind == "FunctionCallExpression" and part.child("Name").simple_name in ("all", "any", "map")
    ]


def _of_all(part: Node, names: set[str]) -> tuple[str, Node, bool] | None:
    """The path, the condition and whether inner nodes are meant, where a part is all(…) of nothing but a path."""
    if part.kind != "FunctionCallExpression" or part.child("Name").simple_name != "all" or len(names) != 1:
        return None
    of, condition = part.items("ArgumentList")
    if variables(condition, names):
        return None
    inner = of.kind == "FunctionCallExpression"
    return next(iter(names)), condition, inner


def bare_paths(node: Node, steps: dict[str, object]) -> set[str]:
    """The paths whose properties an expression names outside all, any and map."""
    inside = {id(part) for call in _along(node) for part in call.walk()}
    return {
        part.simple_name
        for part in node.walk()
        if id(part) not in inside and part.type == "tuple" and isinstance(steps.get(part.simple_name), Path)
    }


def each(translator: Translator, node: Node, kusto_type: str) -> str | None:
    """The SQL list of what an expression is for each edge of the one path whose properties it names; None without."""
    steps = dict(translator.rows.steps)
    paths = bare_paths(node, steps)
    if not paths:
        return None
    if len(paths) > 1 or _along(node):
        raise translator.unsupported("properties of several paths, or beside all, any and map, in one expression", node)
    path: Path = steps[paths.pop()]
    with path.each() as at:
        value = translator.scalar_as(node, kusto_type)
    return path.mapped(value.sql, at, inner=False)


def rest(translator: Translator, parts: list[Node]) -> str:
    """SQL for the parts that only whole matches tell, over the matches. Of a path's property each edge must do."""
    made = []
    for part in parts:
        listed = each(translator, part, "bool")
        if listed is None:
            made.append(f"coalesce({translator.scalar_as(part, 'bool').sql}, false)")
        else:
            made.append(f"coalesce(list_bool_and(list_transform({listed}, lambda v: coalesce(v, false))), true)")
    return " AND ".join(made) or "true"


def projected(translator: Translator, expression: Node) -> Expr:
    """A column of project: of a path's property, or a function of it, the array of what it is for each edge."""
    inner = expression
    while inner.kind in ("SimpleNamedExpression", "ParenthesizedExpression"):
        inner = inner.child("Expression")
    if inner.kind == "NameReference" and inner.type == "tuple":
        element = translator.rows.steps[inner.simple_name]
        if isinstance(element, Path):
            return element.array(whole({c.name: c.expr for c in element.graph.columns}, translator, inner), inner)
        return whole(element, translator, inner)
    if inner.kind == "PathExpression" and inner.child("Expression").type == "tuple":
        return translator.scalar(inner)
    listed = each(translator, inner, "dynamic")
    return translator.scalar(inner) if listed is None else Expr(f"kq_array({listed})", "dynamic")


def is_graph(translator: Translator, node: Node, relation: Relation) -> Graph:
    """The relation as the graph that an operator needs."""
    if not isinstance(relation, Graph):
        raise translator.wrong(f"{node.children[0].text} needs a graph", node)
    return relation
