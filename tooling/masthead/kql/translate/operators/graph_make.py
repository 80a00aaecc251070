"""make-graph: rows to a graph, or to one for each partition."""

from __future__ import annotations

from dataclasses import dataclass

from masthead.kql.language import Node
from masthead.kql.translate.convert import text
from masthead.kql.translate.graph import EDGE, ENTERING, FROM, KEY, LEAVING, NODE, TO, Graph
from masthead.kql.translate.model import ColumnRef, Expr, Relation
from masthead.kql.translate.registry import operator
from masthead.kql.translate.translator import Translator
from masthead.kql.translate.types import quote, refused

# What may follow the graph operators in partitioned-by: what takes each row by itself.
_ROW_WISE = ("FilterOperator", "ExtendOperator", "ProjectOperator", "ProjectAwayOperator", "ProjectKeepOperator")


@dataclass(frozen=True, slots=True)
class _Given:
    """A table of nodes as a common table expression of k, place and the columns `refs`. key: the name of its id."""

    cte: str
    refs: tuple[ColumnRef, ...]
    key: str


@operator("MakeGraphOperator")
def make_graph(translator: Translator, node: Node, relation: Relation) -> Relation:
    _check_parameters(translator, node)
    if any(part.text == "--" for part in node.children):
        raise translator.unsupported("make-graph of edges without a direction", node)
    source, target = (relation.column(node.child(side).simple_name) for side in ("SourceColumn", "TargetColumn"))
    if source is None or target is None or source.type != target.type:
        raise translator.unsupported("make-graph of two columns that are not of one type", node)
    by = node.child("PartitionedByClause")
    part = by.child("Entity").simple_name if by is not None else None
    graph = _built(translator, node, relation, (source, target), part)
    if by is None:
        return graph
    subquery = by.child("Subquery")
    _check_within(translator, subquery)
    result = translator.after(subquery, graph)
    if isinstance(result, Graph):
        raise translator.unsupported("partitioned-by with what returns no rows", by)
    return translator.shaped(result, node)


def _check_parameters(translator: Translator, node: Node) -> None:
    for parameter in node.items("Parameters"):
        name = parameter.child("Name")
        if not (name.simple_name or name.text).lower().startswith("hint."):
            raise translator.unsupported("make-graph with parameters", node)


def _check_within(translator: Translator, subquery: Node) -> None:
    steps = []
    while subquery.kind == "PipeExpression":
        steps.append(subquery.child("Operator"))
        subquery = subquery.child("Expression")
    for step in (subquery, *steps):
        if not step.kind.startswith("Graph") and step.kind not in _ROW_WISE:
            raise translator.unsupported("this operator within partitioned-by; let it stand behind make-graph", step)


def _built(
    translator: Translator, node: Node, relation: Relation, ends: tuple[ColumnRef, ColumnRef], part: str | None
) -> Graph:
    """The graph. Nodes come in the order of the tables that give them, then of the edges that name them first."""
    kind = ends[0].type
    start, end = (_key(translator, node, relation, column, part) for column in ends)
    place = f"ORDER BY {quote('$order')}" if relation.ordered else ""
    numbered = translator.cte(
        f"SELECT *, row_number() OVER ({place}) AS {quote(EDGE)} FROM {relation.source} AS s",
        "edges",
        materialized=True,
    )
    columns, given = _given_nodes(translator, node, kind, part)
    named = (
        f"SELECT {start} AS k, [{len(given)}, 2 * {quote(EDGE)}] AS place FROM {numbered} AS s UNION ALL "
        f"SELECT {end}, [{len(given)}, 2 * {quote(EDGE)} + 1] FROM {numbered} AS s"
    )
    for index, table in enumerate(given):
        named += f" UNION ALL SELECT k, [{index}, place] FROM {table.cte}"
    of_key = "k" if part is None else "k.k"
    several = refused("make-graph with several nodes of one id")
    checked = f"CASE WHEN count(*) OVER (PARTITION BY k) > 1 THEN {several}::BOOLEAN ELSE true END"
    # Null is an id like others (measured.yaml).
    joins = "".join(
        f" LEFT JOIN (SELECT k AS k{index}, {_listed(table)} FROM {table.cte}) AS t{index} "
        f"ON k{index} IS NOT DISTINCT FROM keys.k"
        for index, table in enumerate(given)
    )
    nodes_cte = translator.cte(
        f"SELECT *, row_number() OVER (ORDER BY place) AS {quote(NODE)} FROM "
        f"(SELECT k, min(place) AS place FROM ({named}) AS s GROUP BY k) AS keys{joins} QUALIFY {checked}",
        "nodes",
        materialized=True,
    )
    with_ends = translator.cte(
        f"SELECT s.*, a.{quote(NODE)} AS {quote(FROM)}, b.{quote(NODE)} AS {quote(TO)} FROM {numbered} AS s "
        f"JOIN {nodes_cte} AS a ON a.k IS NOT DISTINCT FROM {start} "
        f"JOIN {nodes_cte} AS b ON b.k IS NOT DISTINCT FROM {end}",
        "graph",
        materialized=True,
    )
    parts = [f"{sql.format(key=of_key)} AS {quote(c.identifier)}" for c, sql in columns]
    for name, side in ((ENTERING, TO), (LEAVING, FROM)):
        parts.append(
            f"(SELECT count(*) FROM {with_ends} AS e WHERE e.{quote(side)} = s.{quote(NODE)}) AS {quote(name)}"
        )
    parts += [quote(NODE), f"{text(Expr(of_key, kind)).sql} AS {quote(KEY)}"]
    nodes = translator.cte(f"SELECT {', '.join(parts)} FROM {nodes_cte} AS s", "nodes", materialized=True)
    return Graph(
        with_ends,
        relation.columns,
        (EDGE, FROM, TO),
        nodes=Relation(nodes, tuple(c for c, _ in columns), (NODE, KEY, ENTERING, LEAVING)),
        key=kind,
    )


def _key(translator: Translator, node: Node, rows: Relation, column: ColumnRef, part: str | None) -> str:
    """What tells a node, over the rows: its id, where graphs are parted within the partition."""
    if part is None:
        return f"s.{quote(column.identifier)}"
    parting = rows.column(part)
    if parting is None:
        raise translator.wrong(
            f"partitioned-by {part} needs a column {part} in the edges and in each table of nodes", node
        )
    return f"{{'p': s.{quote(parting.identifier)}, 'k': s.{quote(column.identifier)}}}"


def _listed(table: _Given) -> str:
    return ", ".join(quote(ref.identifier) for ref in table.refs) or "NULL AS nothing"


def _given_nodes(
    translator: Translator, node: Node, kind: str, part: str | None
) -> tuple[list[tuple[ColumnRef, str]], list[_Given]]:
    """The nodes' columns, each with its SQL, where {key} stands for the id; and the tables that give nodes."""
    clause = node.child("WithClause")
    if clause is None:
        return [], []
    if clause.kind == "MakeGraphWithImplicitIdClause":
        name = clause.child("Name").simple_name
        return [(ColumnRef(name, kind, "n0"), "{key}")], []
    given = [
        _given(translator, clause, one, kind, part, f"n{index}_")
        for index, one in enumerate(clause.items("TablesAndKeys"))
    ]
    merged: dict[str, list[ColumnRef]] = {}
    for table in given:
        for ref in table.refs:
            merged.setdefault(ref.name, []).append(ref)
    columns = []
    for name, refs in merged.items():
        if len({ref.type for ref in refs}) > 1:
            raise translator.unsupported(f"make-graph whose tables of nodes differ in the type of {name}", clause)
        # A node that only edges name has its id, in each column for ids (measured.yaml), and nothing else; what two
        # tables tell, the first one does.
        if all(table.key == name for table in given):
            sql = "{key}"
        elif refs[0].type == "string":
            sql = f"coalesce({', '.join(_filled(ref) for ref in refs)}, '')"
        else:
            sql = f"coalesce({', '.join(quote(ref.identifier) for ref in refs)})"
        if sql != "{key}" and any(table.key == name for table in given):
            sql = f"CASE WHEN place[1] = {len(given)} THEN {{key}} ELSE {sql} END"
        columns.append((ColumnRef(name, refs[0].type, f"c{len(columns)}"), sql))
    return columns, given


def _filled(ref: ColumnRef) -> str:
    return f"nullif({quote(ref.identifier)}, '')"


def _given(translator: Translator, clause: Node, one: Node, kind: str, part: str | None, prefix: str) -> _Given:
    table = translator.tabular(one.child("Table"))
    key = table.column(one.child("Column").simple_name)
    if key is None or key.type != kind:
        raise translator.unsupported("make-graph whose nodes have an id of another type than the edges", clause)
    refs = tuple(ColumnRef(c.name, c.type, f"{prefix}{i}") for i, c in enumerate(table.columns))
    parts = [f"{quote(c.identifier)} AS {quote(r.identifier)}" for c, r in zip(table.columns, refs, strict=True)]
    place = f"ORDER BY {quote('$order')}" if table.ordered else ""
    parts += [f"{_key(translator, clause, table, key, part)} AS k", f"row_number() OVER ({place}) AS place"]
    made = translator.cte(f"SELECT {', '.join(parts)} FROM {table.source} AS s", "given", materialized=True)
    return _Given(made, refs, key.name)
