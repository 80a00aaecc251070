"""The time a query runs at, and the time a row came in."""

from __future__ import annotations

from masthead.kql.translate.calls import Call
from masthead.kql.translate.model import INGESTED, Expr
from masthead.kql.translate.registry import scalar
from masthead.kql.translate.types import null_of, quote


@scalar("now", "timespan")
def now(call: Call) -> Expr:
    moment = call.translator.now()
    if not call.count:
        return Expr(moment, "datetime", total=True)
    return Expr(f"({moment} + {call.sql[0]})", "datetime", total=call.arguments[0].total)


@scalar("ago", "timespan")
def ago(call: Call) -> Expr:
    return Expr(f"({call.translator.now()} - {call.sql[0]})", "datetime", total=call.arguments[0].total)


@scalar("ingestion_time", "")
def ingestion_time(call: Call) -> Expr:
    rows = call.translator.rows
    if rows is None or rows.relation is None or INGESTED not in rows.relation.hidden:
        return Expr(null_of("datetime"), "datetime")
    return Expr(quote(INGESTED), "datetime")
