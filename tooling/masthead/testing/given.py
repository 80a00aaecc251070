"""`given`: KQL that varies the rows of a table before a case uses them."""

from __future__ import annotations

from datetime import datetime

from masthead.content.cases import Case
from masthead.content.finding import ContentError, Finding
from masthead.content.rows import INGESTION_TIME
from masthead.kql import KqlError, Result, Window
from masthead.kql.language import LanguageError, Node
from masthead.simulate.values import Row
from masthead.testing.findings import kql_problem, problem
from masthead.testing.logs import Logs, rows_of

# What a column of the table may be given instead of its own type, because nothing is lost.
_WIDENS = {("int", "long"), ("int", "real"), ("int", "decimal"), ("long", "decimal")}


def varied(case: Case, logs: Logs, now: datetime) -> dict[str, list[Row]]:
    """The rows that take the place of a table's, for each table that the case's `given` starts with.

    Raises ContentError, MH952 at the place in the file.
    """
    replaced: dict[str, list[Row]] = {}
    for index, kql in enumerate(case.given):
        table = _table_of(kql, case, index, logs)
        if table in replaced:
            raise ContentError(_wrong(case, index, f"{table} is replaced twice"))
        replaced[table] = _rows_of(kql, table, case, index, logs, now)
    return replaced


def _wrong(case: Case, index: int, message: str, hint: str | None = None) -> Finding:
    return problem("MH952", message, case.document, case.given_path(index), hint=hint)


def _table_of(kql: str, case: Case, index: int, logs: Logs) -> str:
    try:
        read = logs.workspace.reads(kql)
    except KqlError as error:
        raise ContentError(kql_problem("MH952", error, case.document, case.given_path(index))) from None
    table = next(iter(read)) if len(read) == 1 else _first_table(_tree_of(kql, case, index, logs))
    if table is None:
        hint = f"Start with one of {', '.join(logs.tables)}." if logs.tables else None
        raise ContentError(_wrong(case, index, "it does not start with a table", hint))
    if table not in logs.tables:
        known = ", ".join(logs.tables) or "none"
        raise ContentError(_wrong(case, index, f"the recordings have no rows of {table}", f"Their tables: {known}."))
    return table


def _tree_of(kql: str, case: Case, index: int, logs: Logs) -> Node:
    try:
        return logs.workspace.binding.analyze(kql, analyzers=False).tree
    except LanguageError as error:
        raise ContentError(_wrong(case, index, str(error))) from None


def _first_table(tree: Node) -> str | None:
    """The first table of the last statement, which is the one that returns rows."""
    last: Node | None = None
    for node in tree.walk():
        if node.kind == "ExpressionStatement":
            last = node
    for node in last.walk() if last else ():
        if node.kind == "NameReference" and node.symbol and node.symbol.kind == "Table":
            return node.symbol.name
    return None


def _rows_of(kql: str, table: str, case: Case, index: int, logs: Logs, now: datetime) -> list[Row]:
    try:
        result = logs.query(kql, now, Window())
    except KqlError as error:
        raise ContentError(kql_problem("MH952", error, case.document, case.given_path(index))) from None
    _check_columns(result, table, case, index, logs)
    rows = [{name: value for name, value in row.items() if value is not None} for row in rows_of(result)]
    if any(row.get("TimeGenerated") is None for row in rows):
        raise ContentError(_wrong(case, index, "rows without TimeGenerated would never be seen"))
    return rows


def _check_columns(result: Result, table: str, case: Case, index: int, logs: Logs) -> None:
    columns = {**logs.workspace.binding.tables[table], INGESTION_TIME: "datetime"}
    findings = []
    for column in result.columns:
        kind = columns.get(column.name)
        if kind is None:
            hint = f"What it returns takes the place of the rows of {table}; remove the column with project-away."
            findings.append(_wrong(case, index, f"{table} has no column {column.name}", hint))
        elif column.type != kind and (column.type, kind) not in _WIDENS:
            message = f"{column.name} is {kind} in {table}, not {column.type}"
            findings.append(_wrong(case, index, message, f"Convert it with to{kind}()."))
    if findings:
        raise ContentError(findings)
