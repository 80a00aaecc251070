"""scan: rows in order through the steps of a pattern, each step with what matched before.

One row follows another, so it is a recursive common table expression: a record of it holds the state of every step
after one input row, and which steps that row matched. Groups (a partition's) advance side by side.
"""

from __future__ import annotations

from dataclasses import dataclass

from masthead.kql.language import Node
from masthead.kql.translate.convert import convert
from masthead.kql.translate.model import ORDER, ColumnRef, Expr, Relation, identifiers
from masthead.kql.translate.registry import operator
from masthead.kql.translate.scope import Rows
from masthead.kql.translate.translator import Translator
from masthead.kql.translate.types import null_of, quote, sql_type

_UNNAMED = "match_id"
_ALL_COLUMNS = ("UnionOperator", "GetSchemaOperator", "JoinOperator", "LookupOperator")
_STEPS_LIMIT = 32  # the state is a triangle: step k knows of steps 1 to k


@dataclass(frozen=True, slots=True)
class _Step:
    """A step. `output`: all, last or none. `assignments`: declared column → expression."""

    name: str
    output: str
    condition: Node
    assignments: dict[str, Node]


@operator("ScanOperator")
def scan(translator: Translator, node: Node, relation: Relation) -> Relation:
    return scanned(translator, node, relation)


def scanned(translator: Translator, node: Node, relation: Relation, group: str | None = None) -> Relation:
    """The rows that match a step, once for each step. group: a hidden column; each group is scanned by itself."""
    if not relation.ordered:
        raise translator.wrong("scan needs rows in order: put sort or serialize before", node)
    return _Scan(translator, node, relation, group).relation()


class _Scan:
    def __init__(self, translator: Translator, node: Node, relation: Relation, group: str | None) -> None:
        self.translator, self.node, self.source, self.group = translator, node, relation, group
        self.steps = [_step(s) for s in node.items("Steps")]
        if len(self.steps) > _STEPS_LIMIT:
            raise translator.unsupported(f"scan with more than {_STEPS_LIMIT} steps", node)
        self.declared = self._declarations()
        # Input columns by names that nothing else in the recursion has.
        self.inputs = {c.name: Expr(f"c{i}", c.type, total=c.type == "string") for i, c in enumerate(relation.columns)}
        self.remembered = self._remembered()

    def _declarations(self) -> dict[str, Expr]:
        """The declared columns with their defaults."""
        clause = self.node.child("DeclareClause")
        out = {}
        for parameter in clause.items("Declarations") if clause is not None else []:
            name = parameter.child("NameAndType").child("Name")
            kind, default = name.type, parameter.child("DefaultValue")
            if default is None:
                out[name.simple_name] = Expr(null_of(kind), kind, total=kind == "string")
            else:
                out[name.simple_name] = self.translator.scalar_as(default.child("Value"), kind)
        return out

    def _remembered(self) -> list[tuple[int, str]]:
        """What expressions ask of steps: (step, column)."""
        numbers = {step.name: i for i, step in enumerate(self.steps)}
        known = {**self.inputs, **self.declared}
        found = {}
        for step in self.steps:
            for root in (step.condition, *step.assignments.values()):
                for node in root.walk():
                    owner = node.child("Expression") if node.kind == "PathExpression" else None
                    if owner is None or owner.type != "tuple" or owner.simple_name not in numbers:
                        continue
                    column = node.child("Selector").simple_name
                    if column not in known:
                        raise self.translator.unsupported(f"the column {column} of a step", node)
                    found[numbers[owner.simple_name], column] = None
        return list(found)

    def _empty(self, column: str) -> Expr:
        """A column of a step that nothing matched: a declared one has its default, any other is null."""
        default = self.declared.get(column)
        return default or Expr(null_of(self.inputs[column].type), self.inputs[column].type)

    def _kind(self, column: str) -> str:
        return (self.declared.get(column) or self.inputs[column]).type

    def _value(self, node: Node, kind: str, prefix: str, upto: int) -> str:
        """An expression over the input row and a state, whose columns begin with `prefix`, of steps before `upto`."""
        sides: dict[str, dict[str, Expr]] = {step.name: {} for step in self.steps}
        for number, column in self.remembered:
            kept = Expr(f"{prefix}_{self._slot(number, column)}", self._kind(column))
            sides[self.steps[number].name][column] = kept if number < upto else self._empty(column)
        before = self.translator.rows
        self.translator.rows = Rows(self.inputs, steps=sides)
        try:
            return convert(self.translator.scalar(node), kind, self.translator, node).sql
        finally:
            self.translator.rows = before

    def _slot(self, number: int, column: str) -> int:
        return self.remembered.index((number, column))

    def relation(self) -> Relation:
        """The rows that the scan returns, in order."""
        t = self.translator
        group = quote(self.group) if self.group else "0"
        listed = [f"{quote(c.identifier)} AS c{i}" for i, c in enumerate(self.source.columns)]
        listed += [f"{quote(h)} AS h{i}" for i, h in enumerate(self.source.hidden)]
        place = f"row_number() OVER (PARTITION BY {group} ORDER BY {quote(ORDER)})"
        rows = t.cte(
            f"SELECT {', '.join(listed)}, {group} AS g, {place} AS n FROM {self.source.source} AS s",
            "scanned",
            materialized=True,
        )
        name = quote(t.fresh("states"))
        recursion = (
            f"WITH RECURSIVE {name} AS ({self._start(rows)} UNION ALL {self._next(name, rows)}) SELECT * FROM {name}"
        )
        return self._matched(rows, t.cte(recursion, "states", materialized=True))

    def _states(self) -> list[tuple[str, str, str]]:
        """The columns of the recursion beside g and n: (name, type, value at the start)."""
        out = [("ids", "BIGINT", "0")]
        for k in range(len(self.steps)):
            out += [(f"a{k}", "BOOLEAN", "false"), (f"m{k}", "BIGINT", "NULL")]
            out += [(f"hit{k}", "BOOLEAN", "false"), (f"again{k}", "BOOLEAN", "false")]
            for number, column in self.remembered:
                if number <= k:
                    kind = sql_type(self._kind(column))
                    out.append((f"v{k}_{self._slot(number, column)}", kind, self._empty(column).sql))
            out += [(f"d{k}_{i}", sql_type(e.type), e.sql) for i, e in enumerate(self.declared.values())]
        return out

    def _start(self, rows: str) -> str:
        listed = ", ".join(f"({value})::{kind} AS {name}" for name, kind, value in self._states())
        return f"SELECT DISTINCT g, 0::BIGINT AS n, {listed} FROM {rows} AS r"

    def _next(self, name: str, rows: str) -> str:
        """The states after one more row: the steps from the last to the first, a SELECT around a SELECT for each."""
        used = ", ".join(f"r.{e.sql}" for e in self.inputs.values())
        carried = ", ".join(f"p.{s} AS {s}" for s, _, _ in self._states() if not s.startswith(("hit", "again", "d")))
        sql = (
            f"SELECT r.g AS g, r.n AS n, {carried}{', ' + used if used else ''} "
            f"FROM {name} AS p JOIN {rows} AS r ON r.g = p.g AND r.n = p.n + 1"
        )
        for k in reversed(range(len(self.steps))):
            for added in self._layers(k):
                sql = self.translator.grown(f"SELECT *, {', '.join(added)} FROM ({sql}) AS s")
        return f"SELECT g, n, {', '.join(self._settled())} FROM ({sql}) AS s"

    def _layers(self, k: int) -> list[list[str]]:
        """What evaluating step k adds to the row, in layers that each rest on those before."""
        step, last = self.steps[k], len(self.steps) - 1
        active = f"(a{k} AND NOT promoted{k + 1})" if k < last else f"a{k}"
        promoted = "false"
        if k:
            condition = self._value(step.condition, "bool", f"v{k - 1}", k)
            promoted = f"coalesce(a{k - 1} AND {condition}, false)"
        state = []
        for number, column in self.remembered:
            if number > k:
                continue
            slot, empty = self._slot(number, column), self._empty(column).sql
            before = f"v{k - 1}_{slot}" if number < k else empty
            case = f"CASE WHEN promoted{k} THEN {before} WHEN {active} THEN v{k}_{slot} ELSE {empty} END"
            state.append(f"{case} AS w{k}_{slot}")
        condition = self._value(step.condition, "bool", f"w{k}", k + 1)
        begun = f"{active} AND " if k else ""
        assigned = []
        for i, (column, default) in enumerate(self.declared.items()):
            expression = step.assignments.get(column)
            value = self._value(expression, default.type, f"w{k}", k + 1) if expression is not None else default.sql
            assigned.append(f"CASE WHEN met{k} THEN ({value})::{sql_type(default.type)} END AS d{k}_{i}")
        return [
            [f"{promoted} AS promoted{k}"],
            [f"{active} AS active{k}", *state],
            [f"(promoted{k} OR coalesce({begun}{condition}, false)) AS met{k}"],
            [f"(met{k} AND NOT promoted{k} AND active{k}) AS repeated{k}", *assigned],
        ]

    def _settled(self) -> list[str]:
        """The columns of the recursion after the row."""
        fresh = "(met0 AND NOT active0)"  # a new sequence, with an id of its own
        out = [f"ids + {fresh}::BIGINT AS ids"]
        for k in range(len(self.steps)):
            mine = f"CASE WHEN {fresh} THEN ids ELSE m0 END" if k == 0 else f"CASE WHEN promoted{k} THEN m{k - 1} "
            mine += "" if k == 0 else f"ELSE m{k} END"
            out += [f"(met{k} OR active{k}) AS a{k}", f"{mine} AS m{k}"]
            out += [f"met{k} AS hit{k}", f"repeated{k} AS again{k}"]
            for number, column in self.remembered:
                if number > k:
                    continue
                slot = self._slot(number, column)
                matched = f"w{k}_{slot}"
                if number == k:
                    matched = f"d{k}_{list(self.declared).index(column)}" if column in self.declared else None
                    matched = matched or self.inputs[column].sql
                out.append(f"CASE WHEN met{k} THEN {matched} ELSE w{k}_{slot} END AS v{k}_{slot}")
            out += [f"d{k}_{i}" for i in range(len(self.declared))]
        return out

    def _matched(self, rows: str, states: str) -> Relation:
        """A row for each match that is put out: all, or the last of a series of repeated ones."""
        names = [f"d{i}" for i in range(len(self.declared))]
        parts = []
        for k, step in enumerate(self.steps):
            if step.output == "none":
                continue
            values = "".join(f", d{k}_{i} AS {n}" for i, n in enumerate(names))
            series = f"lead(again{k}) OVER (PARTITION BY g ORDER BY n) IS NOT TRUE"
            kept = f" QUALIFY {series}" if step.output == "last" else ""
            parts.append(f"SELECT g, n, {k} AS step, m{k} AS m{values} FROM {states} AS s WHERE hit{k}{kept}")
        if not parts:
            parts.append(
                f"SELECT g, n, 0 AS step, m0 AS m{''.join(f', d0_{i} AS {n}' for i, n in enumerate(names))} "
                f"FROM {states} AS s WHERE false"
            )
        columns = [(c.name, c.type, f"r.c{i}") for i, c in enumerate(self.source.columns)]
        columns += [(c, e.type, f"m.{n}") for (c, e), n in zip(self.declared.items(), names, strict=True)]
        columns.append((self._match_id(), "long", "m.m"))
        ids = identifiers([c for c, _, _ in columns])
        listed = [f"{sql} AS {quote(i)}" for (_, _, sql), i in zip(columns, ids, strict=True)]
        for i, hidden in enumerate(self.source.hidden):
            order = f"row_number() OVER (ORDER BY r.h{i}, m.step DESC)"
            listed.append(f"{order if hidden == ORDER else f'r.h{i}'} AS {quote(hidden)}")
        matches = f"({' UNION ALL '.join(parts)}) AS m JOIN {rows} AS r ON r.g = m.g AND r.n = m.n"
        refs = tuple(ColumnRef(c, kind, i) for (c, kind, _), i in zip(columns, ids, strict=True))
        result = Relation(f"(SELECT {', '.join(listed)} FROM {matches})", refs, self.source.hidden)
        return self.translator.shaped(result, self.node)

    def _match_id(self) -> str:
        """The name of the match's number. The language service always sees one; without a name no result has it."""
        for parameter in self.node.items("Parameters"):
            name = parameter.child("Name")
            if (name.simple_name or name.text) == "with_match_id":
                return parameter.child("Expression").simple_name
        for node in self.translator.analysis.tree.walk(into_calls=True):
            if node.kind in _ALL_COLUMNS or node.simple_name in ("pack_all", _UNNAMED) or _of_star(node):
                what = "scan without with_match_id in a query of all columns, or of match_id; add with_match_id=…"
                raise self.translator.unsupported(what, self.node)
        self.translator.unnamed.add(_UNNAMED)
        return _UNNAMED


def _of_star(node: Node) -> bool:
    """Whether this is distinct *, or a call such as arg_max(x, *)."""
    listed = node.items("Expressions" if node.kind == "DistinctOperator" else "ArgumentList")
    return any(each.kind == "StarExpression" for each in listed)


def _step(node: Node) -> _Step:
    output = node.child("ScanStepOutput")
    clause = node.child("ComputationClause")
    return _Step(
        node.child("Name").simple_name,
        output.child("OutputKind").text.lower() if output is not None else "all",
        node.child("Condition"),
        {a.child("Name").simple_name: a.child("Expression") for a in clause.items("Assignments")} if clause else {},
    )
