"""search: rows of one or several tables that hold a text anywhere."""

from __future__ import annotations

from dataclasses import replace

from masthead.kql.language import Node
from masthead.kql.translate.convert import convert, text
from masthead.kql.translate.expressions.strings import _MATCHES, _escape
from masthead.kql.translate.model import Expr, Relation
from masthead.kql.translate.operators.join import _parameter
from masthead.kql.translate.operators.union import branch, everything, stacked
from masthead.kql.translate.registry import operator, source
from masthead.kql.translate.translator import Translator
from masthead.kql.translate.types import null_of, refused, string_literal

_TEXTS = ("string", "dynamic", "guid")
_MINDLESS_OF_CASE = ("Has", "Contains", "StartsWith", "EndsWith", "Tilde", "HasAny", "HasAll")


@source("SearchOperator")
def search_tables(translator: Translator, node: Node) -> Relation:
    clause = node.child("InClause")
    branches: list[tuple[str, Relation]] = []
    if clause is not None:
        items = clause.items("Expressions")
        for item in items:
            for name, relation in branch(translator, item, items):
                branches.append((name or f"search_arg{len(branches)}", relation))
    else:
        branches = everything(translator, node)
        if not branches and not translator.looked_at:
            raise translator.wrong("search has nothing to search: there are no tables and no views", node)
    return _searched(translator, node, branches)


def searched(translator: Translator, node: Node, relation: Relation) -> Relation:
    """The rows that a search in a pipe finds."""
    return holding(translator, node.child("Condition"), relation, _parameter(node, "kind") == "case_sensitive")


@operator("SearchOperator")
def search_rows(translator: Translator, node: Node, relation: Relation) -> Relation:
    return _searched(translator, node, [(relation.named or "search_arg0", relation)])


def _searched(translator: Translator, node: Node, branches: list[tuple[str, Relation]]) -> Relation:
    cased = _parameter(node, "kind") == "case_sensitive"
    kept = [(name, holding(translator, node.child("Condition"), relation, cased)) for name, relation in branches]
    return stacked(translator, node, kept, "$table")


def holding(translator: Translator, condition: Node, relation: Relation, cased: bool) -> Relation:
    """The rows that meet a condition of search or find; columns that the rows do not have are null."""
    with translator.over(relation):
        absent = {
            n.simple_name: Expr(null_of(n.type), n.type, total=n.type == "string")
            for n in condition.walk()
            if _column(n) and relation.column(n.simple_name) is None
        }
        translator.rows = replace(translator.rows, columns={**absent, **translator.rows.columns})
        sql = _condition(translator, condition, relation, cased)
    return relation.with_source(f"(SELECT * FROM {relation.source} AS s WHERE {sql})")


def _column(node: Node) -> bool:
    return node.kind == "NameReference" and node.symbol is not None and node.symbol.kind == "Column"


def _condition(translator: Translator, node: Node, relation: Relation, cased: bool) -> str:
    if node.kind == "ParenthesizedExpression":
        return _condition(translator, node.child("Expression"), relation, cased)
    if node.kind in ("AndExpression", "OrExpression"):
        left, right = (_condition(translator, node.child(side), relation, cased) for side in ("Left", "Right"))
        return f"({left} {'AND' if node.kind == 'AndExpression' else 'OR'} {right})"
    if node.kind == "StarExpression":
        return "true"
    if node.kind == "StringLiteralExpression":
        return _anywhere(relation, node.literal, cased)
    if node.kind == "SearchExpression":
        column, term = node.child("Left"), node.child("Right")
        if column.kind == "StarExpression":
            return _anywhere(relation, term.literal, cased)
        if term.literal is None or relation.column(column.simple_name or "") is None:
            return "false" if term.literal is not None else _refuse(translator, node)
        return _holds(text(translator.scalar(column)).sql, term.literal, cased)
    if node.kind == "HasExpression" and node.child("Left").kind == "StarExpression":
        term = translator.scalar(node.child("Right"))
        if not term.constant or term.type != "string" or "*" in term.value:
            return _refuse(translator, node)
        return _anywhere(relation, term.value, cased)
    for part in node.walk():
        if part.kind == "StarExpression" or (cased and any(w in part.kind for w in _MINDLESS_OF_CASE)):
            return _refuse(translator, part)
    return convert(translator.scalar(node), "bool", translator, node).sql


def _refuse(translator: Translator, node: Node) -> str:
    raise translator.unsupported("this condition of search", node)


def _anywhere(relation: Relation, term: str, cased: bool) -> str:
    """Whether any column holds the term. Whether numbers and times count as text is not documented."""
    texts = [c.expr for c in relation.columns if c.type in _TEXTS]
    others = [c.expr for c in relation.columns if c.type not in _TEXTS]
    found = " OR ".join(_holds(text(e).sql, term, cased) for e in texts) or "false"
    if not others:
        return f"({found})"
    elsewhere = " OR ".join(_holds(text(e).sql, term, cased) for e in others)
    doubt = refused(f"search for {term!r}, which stands in a column that is no text; name the column")
    return f"(CASE WHEN {found} THEN true WHEN {elsewhere} THEN {doubt}::BOOLEAN ELSE false END)"


def _holds(sql: str, term: str, cased: bool) -> str:
    """x: the term x; x* and *x: a term that starts or ends so; *x*: anywhere; a*b: from one term's start to an end."""
    bare = term.strip("*")
    suffix = "_cs" if cased else ""
    before, behind = term.startswith("*"), term.endswith("*")
    if "*" in bare:
        inner = ".*".join(_escape(part) for part in bare.split("*"))
        pattern = f"{'' if cased else '(?i)'}{'' if before else chr(92) + 'b'}{inner}{'' if behind else chr(92) + 'b'}"
        return f"regexp_matches({sql}, {string_literal(pattern)})"
    if not bare:
        return "true"
    names = {(True, True): "contains", (True, False): "hassuffix", (False, True): "hasprefix", (False, False): "has"}
    return _MATCHES[names[before, behind] + suffix](sql, Expr(string_literal(bare), "string", bare, total=True))
