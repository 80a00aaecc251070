"""Rows from outside the workspace, which come from fixtures: externaldata, external_table(), adx("…").T and the like.

A query of a rule sees the period of its run of other workspaces' tables too; Azure Data Explorer and Resource Graph get
no such period from Log Analytics.
"""

from __future__ import annotations

import json

from masthead.kql.language import Node
from masthead.kql.translate.model import ColumnRef, Relation, identifiers
from masthead.kql.translate.operators.patterns import rows_of
from masthead.kql.translate.operators.sources import declared_columns
from masthead.kql.translate.outside import (
    EXTERNAL_DATA,
    FIXTURE,
    Place,
    external_names,
    how_to_provide,
)
from masthead.kql.translate.registry import source
from masthead.kql.translate.translator import Translator
from masthead.kql.translate.types import quote

_FORMATS = ("csv", "tsv", "psv", "scsv", "sohsv", "json", "multijson", "txt", "raw")


@source("PathExpression")
def path(translator: Translator, node: Node) -> Relation:
    selector, owner = node.child("Selector"), node.child("Expression")
    if owner.symbol is not None and owner.symbol.kind == "Pattern":
        return rows_of(translator, owner, selector)
    if selector.simple_name is None:
        raise translator.unsupported("a function of another workspace, database or cluster", node)
    return _table(translator, Place(_scope(translator, node.child("Expression")), selector.simple_name), node)


def _scope(translator: Translator, node: Node) -> str:
    if node.kind == "PathExpression":
        return ".".join(_scope(translator, node.child(part)) for part in ("Expression", "Selector"))
    arguments = node.items("ArgumentList")
    if node.kind != "FunctionCallExpression" or len(arguments) != 1:
        raise translator.unsupported("this way to name a table of another workspace, database or cluster", node)
    return f'{node.child("Name").simple_name}("{translator.constant(arguments[0], "a place outside")}")'


@source("external_table()")
def external_table(translator: Translator, node: Node) -> Relation:
    arguments = node.items("ArgumentList")
    if len(arguments) > 1:
        raise translator.unsupported("external_table() with a mapping", node)
    return _table(translator, Place("external_table", str(translator.constant(arguments[0], "external_table()"))), node)


def _table(translator: Translator, place: Place, node: Node) -> Relation:
    name = FIXTURE + place.name
    if name not in translator.tables:
        message = f"{place.name} is not in this workspace; {how_to_provide(place.name)}"
        raise translator.unsupported(message, node)
    if place.in_workspace:
        return translator.table(name, node)
    return _constant(translator, name, list(translator.tables[name].items()))


def _constant(translator: Translator, name: str, columns: list[tuple[str, str]]) -> Relation:
    """Rows that are the same in every run, as a watchlist's are."""
    ids = identifiers([column for column, _ in columns])
    refs = tuple(ColumnRef(n, t, i) for (n, t), i in zip(columns, ids, strict=True))
    translator.read.add(name)
    return Relation(quote(name), refs)


@source("ExternalDataExpression")
def externaldata(translator: Translator, node: Node) -> Relation:
    columns = declared_columns(node.child("Schema"))
    urls = [str(translator.constant(each, "externaldata of a place")) for each in node.items("URIs")]
    with_ = node.child("WithClause")
    settings = {}
    for each in with_.items("Properties") if with_ is not None else ():
        name = each.child("Name").simple_name.lower()
        if name not in ("format", "ignorefirstrecord"):
            raise translator.unsupported(f"externaldata with {each.child('Name').simple_name}", each)
        value = each.child("Expression")
        settings[name] = value.simple_name or translator.constant(value, "a property of externaldata")
    for url in urls:
        *_, address = names = external_names(url)
        if not any(FIXTURE + name in translator.tables for name in names):
            raise translator.unsupported(f"externaldata reads {address}; {how_to_provide(address)}", node)
    spec = {
        "urls": urls,
        "columns": columns,
        "format": _format(translator, settings.get("format"), urls, node),
        "skip": str(settings.get("ignorefirstrecord", False)).lower() == "true",
    }
    return _constant(translator, EXTERNAL_DATA + json.dumps(spec), columns)


def _format(translator: Translator, given: str | None, urls: list[str], node: Node) -> str:
    """The format: the one that is given, else the one that the files' names end in."""
    endings = {url.partition("?")[0].partition(";")[0].rpartition(".")[2].lower() for url in urls}
    format = str(given).lower() if given else endings.pop() if len(endings) == 1 else ""
    if format not in _FORMATS:
        raise translator.unsupported(
            f"externaldata with format={format!r}" if given else "externaldata without a format", node
        )
    return format
