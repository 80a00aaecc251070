"""Statements before the query: let, set, declare query_parameters."""

from __future__ import annotations

from masthead.kql.language import Node
from masthead.kql.translate.registry import statement
from masthead.kql.translate.translator import Translator


@statement("LetStatement")
def let(translator: Translator, node: Node) -> None:
    translator.let(node)


_REASONS = {
    "AliasStatement": "the statement alias database: name the database where it is read, as a fixture does",
    "RestrictStatement": "the statement restrict access, which is for services that run queries of others",
}
# Options that change what a query returns and that only a cluster can honour, or that no page defines well enough.
_REFUSED = ("query_datetimescope_", "query_cursor_", "query_results_apply_getschema", "validatepermissions")
_MOST_ROWS = ("truncationmaxrecords", "truncation_max_records")


@statement("SetOptionStatement")
def set_option(translator: Translator, node: Node) -> None:
    """What is answered hangs on a few of the options; the others tell a cluster how to work, or are of no effect."""
    name = node.child("Name").simple_name.lower()
    clause = node.child("ValueClause")
    value = clause.child("Expression") if clause is not None else None
    if name == "query_now":
        if value is None:
            raise translator.wrong("set query_now needs a time: set query_now = datetime(…)", node)
        translator.moment = translator.scalar_as(value, "datetime")
    elif name in _MOST_ROWS and value is not None:
        translator.most_rows = _number(translator, value, name)
    elif name == "query_take_max_records" and value is not None:
        translator.kept_rows = _number(translator, value, name)
    elif name.startswith(_REFUSED) or (name, _text(value)) in (
        ("query_datascope", "hotcache"),
        ("query_language", "sql"),
    ):
        raise translator.unsupported(f"set {name}, which changes what a query returns", node)


def _number(translator: Translator, value: Node, name: str) -> int:
    number = translator.constant(value, name)
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise translator.wrong(f"set {name} needs a whole number that is not negative", value)
    return number


def _text(value: Node | None) -> str:
    return "" if value is None else str(value.literal or value.simple_name or "").lower()


@statement("QueryParametersStatement")
def query_parameters(translator: Translator, node: Node) -> None:
    """Who runs a query may set its parameters; here nobody does, so each has its default."""
    for parameter in node.items("Parameters"):
        name, default = parameter.child("NameAndType").child("Name"), parameter.child("DefaultValue")
        if default is None:
            what = f"the query parameter {name.simple_name} needs a value: give it a default, {name.simple_name}: … = …"
            raise translator.wrong(what, parameter)
        translator.environment.bind(name.simple_name, translator.scalar_as(default.child("Value"), name.type))


@statement(*_REASONS)
def refuse(translator: Translator, node: Node) -> None:
    raise translator.unsupported(_REASONS[node.kind], node)
