"""Statements before the query: let, set, declare query_parameters."""

from __future__ import annotations

from masthead.kql.language import Node
from masthead.kql.translate.registry import statement
from masthead.kql.translate.translator import Translator


@statement("LetStatement")
def let(translator: Translator, node: Node) -> None:
    translator.let(node)


@statement("SetOptionStatement")
def set_option(translator: Translator, node: Node) -> None:
    """What is answered hangs on two of the options; the others tell a cluster how to work."""
    name = node.child("Name").simple_name.lower()
    clause = node.child("ValueClause")
    if name == "query_now":
        if clause is None:
            raise translator.wrong("set query_now needs a time: set query_now = datetime(…)", node)
        translator.moment = translator.scalar_as(clause.child("Expression"), "datetime")
    elif name == "truncationmaxrecords" and clause is not None:
        translator.most_rows = translator.constant(clause.child("Expression"), "truncationmaxrecords")


@statement("QueryParametersStatement")
def query_parameters(translator: Translator, node: Node) -> None:
    """Who runs a query may set its parameters; here nobody does, so each has its default."""
    for parameter in node.items("Parameters"):
        name, default = parameter.child("NameAndType").child("Name"), parameter.child("DefaultValue")
        if default is None:
            what = f"the query parameter {name.simple_name} needs a value: give it a default, {name.simple_name}: … = …"
            raise translator.wrong(what, parameter)
        translator.environment.bind(name.simple_name, translator.scalar_as(default.child("Value"), name.type))
