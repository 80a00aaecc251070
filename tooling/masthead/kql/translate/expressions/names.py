"""Names, paths and indexes: columns, variables, $left and $right, members of dynamic values."""

from __future__ import annotations

import re

from masthead.kql.language import Node
from masthead.kql.translate.convert import convert
from masthead.kql.translate.expressions.calls import several_of
from masthead.kql.translate.model import Expr, Relation
from masthead.kql.translate.registry import expression
from masthead.kql.translate.translator import Translator
from masthead.kql.translate.types import string_literal


@expression("NameReference")
def name_reference(translator: Translator, node: Node) -> Expr:
    name, symbol = node.simple_name, node.symbol
    kind = symbol.kind if symbol else ""
    if node.called is not None:
        return _scalar_result(translator.call(node.called, [], node), translator, node)
    if kind in ("Column", "") and translator.rows is not None and name in translator.rows.columns:
        return translator.rows.columns[name]
    binding = translator.environment.lookup(name)
    if isinstance(binding, Expr):
        return binding
    if translator.rows is not None and name in translator.rows.columns:
        return translator.rows.columns[name]
    if isinstance(binding, Relation):
        raise translator.unsupported(f"the table {name} where a value is expected; use toscalar()", node)
    raise translator.unsupported(f"the name {name} here", node)


def _scalar_result(result: Expr | Relation, translator: Translator, node: Node) -> Expr:
    if isinstance(result, Expr):
        return result
    raise translator.unsupported("a function that returns rows where a value is expected", node)


_PLACE = re.compile(r"\[(\d+)\]")
_PLAIN_KEY = re.compile(r'^[^"\\*]+$')  # DuckDB's paths have no empty keys either


@expression("PathExpression", "ElementExpression")
def member(translator: Translator, node: Node) -> Expr:
    """a.b, a["b"], a[0], chained: one JSON path where all steps are constants."""
    path, base = "", node
    while base.kind in ("PathExpression", "ElementExpression"):
        owner, selector = base.child("Expression"), base.child("Selector")
        if _is_side(owner):
            break
        step = _step(translator, selector, base)
        if step is None:
            break
        path, base = step + path, owner
    if path:
        value = _dynamic(translator, base)
        extract = f"{value.raw or value.sql}, {string_literal('$' + path)}"
        raw = f"json_extract({extract})" if value.raw else None
        place = _PLACE.fullmatch(path) if value.texts else None
        text = f"({value.texts})[{int(place[1]) + 1}]" if place else None
        return Expr(f"kq_json(json_extract({extract}))", "dynamic", extract=extract, raw=raw, text=text)
    owner, selector = node.child("Expression"), node.child("Selector")
    if _is_side(owner):
        if selector.simple_name is None:
            raise translator.unsupported(f"a name in brackets here; write {owner.simple_name}.Name", node)
        side = translator.rows.side(owner.simple_name) if translator.rows else None
        if side is None or selector.simple_name not in side:
            raise translator.wrong(f"{owner.simple_name}.{selector.simple_name} has no meaning here", node)
        return side[selector.simple_name]
    value = _dynamic(translator, owner)
    key = translator.scalar(selector.child("Expression"))
    if key.type in ("long", "int"):
        return Expr(f"kq_element({value.sql}, {key.sql})", "dynamic")
    if key.type == "dynamic":
        return Expr(f"kq_member_of({value.sql}, {key.sql})", "dynamic")
    return Expr(f"kq_member({value.sql}, {convert(key, 'string', translator, selector).sql})", "dynamic")


def _is_side(node: Node) -> bool:
    """Whether this is one of several rows at hand: $left or $right in a join's condition, a step in a scan."""
    return node.kind == "NameReference" and (node.simple_name in ("$left", "$right") or node.type == "tuple")


def _dynamic(translator: Translator, node: Node) -> Expr:
    if (several := several_of(translator, node)) is not None:
        values = ", ".join(convert(value, "dynamic", translator, node).sql for value in several)
        return Expr(f"kq_array([{values}]::JSON[])", "dynamic")
    value = translator.scalar(node)
    if value.type != "dynamic":
        raise translator.unsupported(f"a member of a {value.type}", node)
    return value


def _step(translator: Translator, selector: Node, node: Node) -> str | None:
    """The JSON path step of a constant selector; None where it is not constant or cannot be spelled as a path."""
    if selector.kind == "NameReference":
        return f'."{selector.simple_name}"' if _PLAIN_KEY.match(selector.simple_name) else None
    inner = selector.child("Expression") if selector.kind == "BracketedExpression" else None
    if inner is None:
        raise translator.unsupported(f"this way to name a member ({selector.kind})", node)
    key = translator.scalar(inner)
    if not key.constant or key.value is None:
        return None
    if key.type in ("long", "int"):
        return f"[{key.value}]" if key.value >= 0 else f"[#{key.value}]"
    if key.type == "string" and _PLAIN_KEY.match(key.value):
        return f'."{key.value}"'
    return None


@expression("ParenthesizedExpression")
def parenthesized(translator: Translator, node: Node) -> Expr:
    return translator.scalar(node.child("Expression"))


@expression("SimpleNamedExpression")
def named(translator: Translator, node: Node) -> Expr:
    return translator.scalar(node.child("Expression"))


@expression("OrderedExpression")
def ordered(translator: Translator, node: Node) -> Expr:
    return translator.scalar(node.child("Expression"))
