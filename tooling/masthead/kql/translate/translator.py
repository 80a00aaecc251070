"""The walk over the bound tree: names, scopes, statements and calls. What each construct means is in the families."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from masthead.kql.errors import KqlError
from masthead.kql.language import Analysis, CalledFunction, Column, Node
from masthead.kql.translate import registry
from masthead.kql.translate.convert import convert
from masthead.kql.translate.graph import Graph
from masthead.kql.translate.lambdas import beside_lambdas
from masthead.kql.translate.model import (
    HAPPENED,
    INGESTED,
    ORDER,
    Binding,
    Closure,
    ColumnRef,
    Expr,
    Relation,
    identifiers,
)
from masthead.kql.translate.needed import listed, with_needed
from masthead.kql.translate.readings import Readings
from masthead.kql.translate.scope import Columns, Environment, Rows, Window
from masthead.kql.translate.types import PLACE, SQL_TYPES, quote
from masthead.kql.translate.wildcards import view_of
from masthead.kql.translate.writer import SQL_LIMIT, Writer

DEPTH_LIMIT = 400  # nested expressions
_GRAPH = ""  # what the binder calls the type of a graph


@dataclass(frozen=True, slots=True)
class Translation:
    """A query in SQL. `parameters`: which of $now, $after, … it uses. `render`: the visualisation asked for, if any."""

    sql: str
    columns: tuple[Column, ...]
    parameters: frozenset[str]
    readings: str  # SQL for the times of the rows that matter; see translate/readings.py
    timed: str | None  # SQL for the rows behind these times, if the query takes each row by itself
    render: Mapping[str, Any] | None
    name: str | None = None  # the result's, where the query gives it one
    most_rows: int | None = None  # with more the query fails
    others: tuple[Translation, ...] = ()  # the results after the first, of fork, facet and further statements


class Translator(Writer):
    """Translates one query. `tables`: the columns of each table by name; `watchlists`: aliases → relation source;
    `filled`: the tables that have rows, where that is known.

    Raises KqlError, with the place, for what is not supported.
    """

    def __init__(
        self,
        analysis: Analysis,
        tables: Mapping[str, Mapping[str, str]],
        watchlists: Mapping[str, Mapping[str, str]] | None = None,
        windowed: bool = False,
        filled: Collection[str] | None = None,
    ) -> None:
        registry.load()
        super().__init__(analysis.query)
        self.analysis = analysis
        self.tables = tables
        self.watchlists = {alias.lower(): (alias, columns) for alias, columns in (watchlists or {}).items()}
        self.windowed = windowed
        self.environment = Environment()
        self.rows: Rows | None = None
        self.aggregating = False
        self.group: str | None = None  # the hidden column that parts rows, where operators go through groups
        self.groups = ""  # SQL for the values of that column
        self.read: set[str] = set()  # the tables that the SQL reads
        self.filled = filled
        self.looked_at: set[str] = set()  # the tables of which only those are read that have rows
        self.unnamed: set[str] = set()  # columns that the language service sees and a result does not have
        self.renamed: dict[str, str] = {}  # columns that have another name in the result than the language service sees
        self.render: Mapping[str, Any] | None = None
        self.moment: Expr | None = None  # what the query says that now() is
        self.most_rows: int | None = None  # what the query says that a result has at most
        self.kept_rows: int | None = None  # how many rows of a result the query says to keep
        self.readings = Readings(self.ctes)
        self._depth = 0
        # Of tables over files, their columns with a raw form; plain schemas know no files.
        self._of_files: Mapping[str, Collection[str]] = getattr(tables, "raw", {})

    # --- statements -------------------------------------------------------------------------------------------------
    def translate(self) -> Translation:
        """The whole query."""
        results: list[Relation] = []
        for statement in self.analysis.tree.items("Statements"):
            if statement.kind == "ExpressionStatement":
                results += self.results(statement.child("Expression"))
                continue
            handler = registry.STATEMENTS.get(statement.kind)
            if handler is None:
                raise self.unsupported(f"the statement {_words(statement.kind.removesuffix('Statement'))}", statement)
            handler(self, statement)
        if not results:
            raise KqlError("the query returns nothing: it ends after its let statements", query=self.query, start=0)
        first, *others = (self._translation(result, alone=len(results) == 1) for result in results)
        return replace(first, others=tuple(others))

    def results(self, expression: Node) -> list[Relation]:
        """The tables that a statement returns: one, but for fork, facet and some plugins."""
        last = expression.child("Operator") if expression.kind == "PipeExpression" else None
        handler = registry.RESULTS.get(_results_of(last)) if last is not None else None
        if handler is not None:
            rows = self.tabular(expression.child("Expression"))
            before = PLACE.set((last.start, last.end))
            try:
                return handler(self, last, rows)
            finally:
                PLACE.reset(before)
        if expression.type == "table":
            return [self.tabular(expression)]
        if expression.type in SQL_TYPES:
            # a value by itself is answered like print
            one = Relation("(SELECT 1 AS one)", ())
            return [self.select(one, [("print_0", self.scalar(expression))])]
        raise self.unsupported("a statement that returns no table", expression)

    def _translation(self, result: Relation, alone: bool) -> Translation:
        """The SQL of one result. alone: it is all that the query returns."""
        kept = [c for c in result.columns if c.name not in self.unnamed]
        timed = alone and self.windowed and not result.ordered and self.readings.whole(result)
        timed = timed and self.kept_rows is None
        columns = ", ".join(quote(c.identifier) for c in kept) or "NULL AS nothing"
        order = f" ORDER BY {quote(ORDER)}" if result.ordered else ""
        order += "" if self.kept_rows is None else f" LIMIT {self.kept_rows}"
        with_ = f"WITH {', '.join(self.ctes)} " if self.ctes else ""
        sql = f"{with_}SELECT {columns} FROM {result.source} AS r{order}"
        times = f"{quote(HAPPENED)}, {quote(INGESTED)}"
        if len(sql) > SQL_LIMIT:
            raise KqlError("the query is too large once its lets and functions are expanded", query=self.query, start=0)
        return Translation(
            with_needed(sql),
            tuple(Column(self.renamed.get(c.name, c.name), c.type) for c in kept),
            frozenset(self.parameters),
            with_needed(with_ + self.readings.sql()) if self.windowed else "",
            with_needed(f"{with_}SELECT {times}, {columns} FROM {result.source} AS r") if timed else None,
            self.render,
            result.named,
            self.most_rows,
        )

    def after(self, expression: Node, relation: Relation) -> Relation:
        """The relation after a pipe's operators, where the pipe has no source of its own: (where … | project …)."""
        if expression.kind == "PipeExpression":
            relation = self.after(expression.child("Expression"), relation)
            expression = expression.child("Operator")
        return self.apply(expression, relation)

    def let(self, statement: Node) -> None:
        """Bind a let's name; its value is translated when it is first used."""
        name = statement.child("Name").simple_name
        expression = statement.child("Expression")
        environment = self.environment

        def make() -> Binding:
            with self.scope(environment, None):
                if expression.type == "table":
                    return self.shared(self.tabular(expression), name)
                if expression.type == _GRAPH:  # its rows are shared already
                    return self.tabular(expression)
                value = self.scalar(expression)
                return value if value.constant or len(value.sql) < 400 else self.once(value)

        scope = Environment(environment)
        function = expression.kind == "FunctionDeclaration"
        scope.bind(name, Closure(environment, view_of(expression)) if function else make)
        self.environment = scope

    @contextmanager
    def scope(self, environment: Environment, rows: Rows | None) -> Iterator[None]:
        """Translate within other names and other rows."""
        before = self.environment, self.rows, self.aggregating
        self.environment, self.rows, self.aggregating = environment, rows, False
        try:
            yield
        finally:
            self.environment, self.rows, self.aggregating = before

    @contextmanager
    def over(
        self, relation: Relation, *, aggregating: bool = False, windows: list[tuple[str, Window]] | None = None
    ) -> Iterator[None]:
        """Translate scalars over the rows of a relation. `windows`: see Rows; give the list on to `with_windows`."""
        before = self.rows, self.aggregating
        self.rows = Rows(Columns(relation.columns), relation=relation, windows=windows)
        self.aggregating = aggregating
        try:
            yield
        finally:
            self.rows, self.aggregating = before

    @contextmanager
    def ungrouped(self) -> Iterator[None]:
        """Translate rows that are of no group."""
        before = self.group, self.groups
        self.group, self.groups = None, ""
        try:
            yield
        finally:
            self.group, self.groups = before

    def for_each_group(self, relation: Relation, group: str, node: Node) -> Relation:
        """The rows of a source of its own, once for each group; the hidden column says for which."""
        if group in relation.hidden:
            raise self.unsupported("rows of the groups as a source within the groups", node)
        columns = self.values(relation)
        pairs = f"(SELECT s.*, g.{quote(group)} FROM {relation.source} AS s CROSS JOIN {self.groups} AS g)"
        return self.select(relation.with_source(pairs), columns, keep=False, hidden={group: quote(group)})

    # --- relations --------------------------------------------------------------------------------------------------
    def table(self, name: str, node: Node) -> Relation:
        """A table, restricted to the window of the run where there is one."""
        columns = self.tables.get(name)
        if columns is None:
            raise self.wrong(f"there is no table {name}", node)
        self.read.add(name)
        names = identifiers(list(columns))
        raw = self._of_files.get(name, ())
        refs = tuple(ColumnRef(n, t, i, n in raw) for (n, t), i in zip(columns.items(), names, strict=True))
        source = quote(name)
        if self.windowed:
            conditions = [f"{quote(INGESTED)} > {self.parameter('ingested_after')}"]
            conditions.append(f"{quote(INGESTED)} <= {self.parameter('ingested_until')}")
            if "TimeGenerated" in columns:
                conditions.append(f'"TimeGenerated" > {self.parameter("after")}')
                conditions.append(f'"TimeGenerated" <= {self.parameter("until")}')
            happened = '"TimeGenerated"' if "TimeGenerated" in columns else "NULL::BIGINT"
            carried = (quote(INGESTED), f"{happened} AS {quote(HAPPENED)}")
            own = listed(((i, quote(i)) for i in Relation(source, refs).identifiers), carried)
            source = f"(SELECT {own} FROM {source} AS s WHERE {' AND '.join(conditions)})"
            return self.readings.begin(Relation(source, refs, (INGESTED, HAPPENED), name))
        return Relation(source, refs, (INGESTED,), name)

    @property
    def reads_files(self) -> bool:
        """Whether the query reads a table over files so far: their rows come in no order."""
        return not self.read.isdisjoint(self._of_files)

    def tabular(self, node: Node) -> Relation:
        """The rows that an expression produces."""
        self._depth += 1
        if self._depth > DEPTH_LIMIT:
            raise self.wrong("the query is nested too deeply", node)
        try:
            if node.kind == "PipeExpression":
                relation = self.tabular(node.child("Expression"))
                return self.apply(node.child("Operator"), relation)
            handler = registry.SOURCES.get(node.kind)
            if handler is not None:
                return handler(self, node)
            if node.kind == "FunctionCallExpression" or (node.kind == "NameReference" and node.called):
                return self.tabular_call(node)
            raise self.unsupported(f"{_words(node.kind)} as a source of rows", node)
        finally:
            self._depth -= 1

    def apply(self, node: Node, relation: Relation) -> Relation:
        """The relation after one query operator."""
        handler = registry.OPERATORS.get(node.kind)
        if handler is None:
            raise self.unsupported(f"the operator {_operator_name(node)}", node)
        if isinstance(relation, Graph) and not node.kind.startswith("Graph"):
            raise self.wrong(f"{_operator_name(node)} needs rows, and stands behind a graph; use graph-to-table", node)
        before = PLACE.set((node.start, node.end))
        try:
            return self.readings.follow(node, relation, handler(self, node, relation))
        finally:
            PLACE.reset(before)

    # --- scalars ----------------------------------------------------------------------------------------------------
    def scalar(self, node: Node) -> Expr:
        """The SQL of a scalar expression over the current rows."""
        self._depth += 1
        if self._depth > DEPTH_LIMIT:
            raise self.wrong("the query is nested too deeply", node)
        before = PLACE.set((node.start, node.end))
        try:
            handler = registry.EXPRESSIONS.get(node.kind)
            if handler is None:
                raise self.unsupported(_words(node.kind), node)
            result = handler(self, node)
            if (beside := beside_lambdas(result.sql)) != result.sql:
                result = Expr(beside, result.type, total=result.total)
            self.grown(result.sql)
            return result
        finally:
            PLACE.reset(before)
            self._depth -= 1

    def scalar_as(self, node: Node, kusto_type: str) -> Expr:
        """The scalar, converted to a type."""
        return convert(self.scalar(node), kusto_type, self, node)

    def constant(self, node: Node, what: str) -> Any:
        """The value of a constant expression. Refuses what only running would tell."""
        value = self.scalar(node)
        if not value.constant:
            raise self.unsupported(f"{what} that is not a constant", node)
        return value.value

    def now(self) -> str:
        """SQL for the time at which the query runs."""
        return self.moment.sql if self.moment is not None else f"{self.parameter('now')}::BIGINT"

    # --- calls of users' functions ----------------------------------------------------------------------------------
    def call(
        self, called: CalledFunction, arguments: list[Node], node: Node, piped: Relation | None = None
    ) -> Expr | Relation:
        """A user's function at one call, in place. piped: the rows that invoke gives as the first argument."""
        binding = self.environment.lookup(called.name)
        outer = binding.environment if isinstance(binding, Closure) else Environment()
        scope = Environment(outer)
        given: dict[str, Node] = {}
        for index, argument in enumerate(arguments, start=0 if piped is None else 1):
            if argument.kind == "SimpleNamedExpression" and argument.child("Name") is not None:
                given[argument.child("Name").simple_name] = argument.child("Expression")
            elif index < len(called.parameters):
                given[called.parameters[index][0]] = argument
        for index, (name, type_, default) in enumerate(called.parameters):
            if piped is not None and index == 0:
                scope.bind(name, self.shared(piped, name))
                continue
            argument = given.get(name, default)
            if argument is None:
                raise self.wrong(f"{called.name}() needs a value for {name}", node)
            if argument.type == "table":
                scope.bind(name, self.shared(self.tabular(argument), name))
            elif type_ in SQL_TYPES:
                scope.bind(name, self.scalar_as(argument, type_))
            else:
                scope.bind(name, self.scalar(argument))
        body = called.body
        rows, aggregating = self.rows, self.aggregating
        with self.scope(scope, rows):
            self.aggregating = aggregating
            for statement in body.items("Statements"):
                if statement.kind != "LetStatement":
                    raise self.unsupported(f"{_words(statement.kind)} in a function", statement)
                self.let(statement)
            expression = body.child("Expression")
            if expression is None:
                raise self.unsupported("a function without a result", node)
            return self.tabular(expression) if expression.type in ("table", _GRAPH) else self.scalar(expression)

    def tabular_call(self, node: Node) -> Relation:
        """Rows that a function returns: a user's, or one of the few built-in ones."""
        called = node.called
        arguments = node.items("ArgumentList")
        if called is not None:
            result = self.call(called, arguments, node)
            if isinstance(result, Relation):
                return result
            raise self.wrong(f"{called.name}() returns a value where rows are expected", node)
        name = node.child("Name").simple_name if node.child("Name") else node.simple_name
        pattern = node.symbol is not None and node.symbol.kind == "Pattern"
        handler = registry.SOURCES.get("pattern()" if pattern else f"{name}()")
        if handler is None:
            raise self.unsupported(f"the function {name}() as a source of rows", node)
        return handler(self, node)


def _words(kind: str) -> str:
    """A syntax kind in words: MvApplySubqueryExpression → mv apply subquery."""
    text = kind.removesuffix("Expression")
    return "".join(f" {c.lower()}" if c.isupper() else c for c in text).strip()


def _results_of(operator: Node) -> str:
    """Under which name the operator would be entered among those that return several tables."""
    if operator.kind != "EvaluateOperator":
        return operator.kind
    return f"evaluate {operator.child('FunctionCall').child('Name').simple_name}"


def _operator_name(node: Node) -> str:
    first = node.children[0] if node.children else None
    return first.text if first is not None and first.text else _words(node.kind.removesuffix("Operator"))
