"""Operators that choose and make columns: extend, project and its kin, getschema."""

from __future__ import annotations

from masthead.kql.language import Node
from masthead.kql.translate.expressions.calls import several_of
from masthead.kql.translate.model import ORDER, ColumnRef, Expr, Relation
from masthead.kql.translate.registry import operator
from masthead.kql.translate.scope import Window
from masthead.kql.translate.translator import Translator
from masthead.kql.translate.types import canonical_type, string_literal


def _name_of(node: Node) -> str | None:
    """The name the language gives to an unnamed expression, where it does not depend on what else is there."""
    if node.kind == "NameReference":
        return node.simple_name
    if node.kind == "PathExpression":
        inner, selector = _name_of(node.child("Expression")), node.child("Selector").simple_name
        if inner in ("$left", "$right"):
            return selector
        return f"{inner}_{selector}" if inner and selector else None
    return None


def extended(translator: Translator, node: Node, relation: Relation) -> Relation:
    """The relation with the node's Expressions as further columns; a column of the same name is replaced in place."""
    expressions = node.items("Expressions")
    before = {c.name for c in relation.columns}
    after = [c.name for c in node.columns or ()]
    new = [n for n in after if n not in before]
    windows: list[tuple[str, Window]] = []
    with translator.over(relation, windows=windows):
        made: dict[str, Expr] = {}
        for expression in expressions:
            if (several := several_of(translator, expression)) is not None:
                names = []
                if expression.kind == "CompoundNamedExpression":
                    names = [n.simple_name for n in expression.child("Names").items("Names")]
                elif expression.kind == "SimpleNamedExpression":
                    names = [expression.child("Name").simple_name]
                # Those without a name of their own: the binder's next new columns.
                names += [n for n in new if n not in made and n not in names][: len(several) - len(names)]
                made.update(zip(names, several, strict=False))
                continue
            value = translator.scalar(expression)
            if expression.kind == "SimpleNamedExpression":
                name = expression.child("Name").simple_name
            else:
                # The binder named it: the next new column that no expression names.
                named = {e.child("Name").simple_name for e in expressions if e.kind == "SimpleNamedExpression"}
                guess = _name_of(expression)
                candidates = [n for n in new if n not in named and n not in made]
                if guess in after and guess not in made:
                    name = guess
                elif candidates:
                    name = candidates[0]
                else:
                    raise translator.unsupported("an expression without a name here", expression)
            made[name] = value
    columns = [(c.name, made.pop(c.name, c.expr)) for c in relation.columns]
    columns += list(made.items())
    return translator.shaped(translator.select(translator.with_windows(relation, windows), columns), node)


@operator("ExtendOperator")
def extend(translator: Translator, node: Node, relation: Relation) -> Relation:
    return extended(translator, node, relation)


@operator("ProjectOperator")
def project(translator: Translator, node: Node, relation: Relation) -> Relation:
    expressions = node.items("Expressions")
    windows: list[tuple[str, Window]] = []
    with translator.over(relation, windows=windows):
        values: list[Expr] = []
        for expression in expressions:
            several = several_of(translator, expression)
            values += several if several is not None else [translator.scalar(expression)]
    columns = node.columns
    if columns is None or len(columns) != len(values):
        raise translator.unsupported("this project", node)
    made = [(c.name, v) for c, v in zip(columns, values, strict=True)]
    return translator.select(translator.with_windows(relation, windows), made)


@operator("ProjectAwayOperator", "ProjectKeepOperator", "ProjectReorderOperator", "ProjectByNamesOperator")
def by_binder(translator: Translator, node: Node, relation: Relation) -> Relation:
    """The binder says which columns stay and in which order."""
    by_name = {c.name: c.expr for c in relation.columns}
    columns = translator.expected(node, relation)
    if columns is None or any(c.name not in by_name for c in columns):
        raise translator.unsupported("columns that the language service does not know here", node)
    return translator.select(relation, [(c.name, by_name[c.name]) for c in columns])


@operator("ProjectRenameOperator")
def rename(translator: Translator, node: Node, relation: Relation) -> Relation:
    renamed = {}
    for expression in node.items("Expressions"):
        renamed[expression.child("Expression").simple_name] = expression.child("Name").simple_name
    return translator.select(relation, [(renamed.get(c.name, c.name), c.expr) for c in relation.columns])


@operator("AssertSchemaOperator")
def assert_schema(translator: Translator, node: Node, relation: Relation) -> Relation:
    """The rows as they are, if their columns are those that are asserted."""
    asserted = [
        (c.child("Name").simple_name, canonical_type(c.child("Name").type))
        for c in node.child("Schema").items("Columns")
    ]
    have = [(c.name, c.type) for c in relation.columns]
    if asserted == have:
        return relation
    if dict(asserted).items() - dict(have).items():
        found = ", ".join(f"{name}: {kind}" for name, kind in have)
        raise translator.wrong(f"the columns are not what assert-schema says; they are {found}", node)
    raise translator.unsupported("assert-schema of some of the columns, or in another order", node)


@operator("GetSchemaOperator")
def getschema(translator: Translator, node: Node, relation: Relation) -> Relation:
    clr = {
        "string": "System.String",
        "long": "System.Int64",
        "int": "System.Int32",
        "real": "System.Double",
        "bool": "System.SByte",
        "datetime": "System.DateTime",
        "timespan": "System.TimeSpan",
        "dynamic": "System.Object",
        "decimal": "System.Data.SqlTypes.SqlDecimal",
        "guid": "System.Guid",
    }
    rows = ", ".join(
        f"({string_literal(c.name)}, {i}::BIGINT, {string_literal(clr[c.type])}, {string_literal(c.type)})"
        for i, c in enumerate(relation.columns)
    )
    names = ("ColumnName", "ColumnOrdinal", "DataType", "ColumnType")
    if not rows:
        return translator.empty([(n, "long" if n == "ColumnOrdinal" else "string") for n in names])
    sql = f'(SELECT *, "ColumnOrdinal" AS "{ORDER}" FROM (VALUES {rows}) AS v({", ".join(names)}))'
    refs = tuple(ColumnRef(n, "long" if n == "ColumnOrdinal" else "string", n) for n in names)
    return Relation(sql, refs, (ORDER,))
