"""From a question to a workspace to a recording in which nothing is somebody's."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from masthead.content.layout import RECORDINGS
from masthead.content.project import Project
from masthead.content.rows import INGESTION_TIME
from masthead.content.schema import closest
from masthead.kql.binding import Binding
from masthead.workspace.errors import WorkspaceError
from masthead.workspace.record.fetching import Fetched, fetch
from masthead.workspace.record.leaks import leaks
from masthead.workspace.record.scrubber import Scrubber
from masthead.workspace.record.vocabulary import vocabulary_of
from masthead.workspace.record.writing import DESCRIPTION, About, files_of, write_files
from masthead.workspace.session import Session

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+(-[a-z0-9]+)*)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be recorded.

    name: of the recording, its path below tests/recordings. tables: all rows of these; with a query, the table whose
    rows it returns, if it reads several. keep: values that the user says are nobody's. seed: what the pseudonyms hang
    on, so that another recording has the same; a random one if None. replace: in place of a recording of that name.
    """

    name: str
    tables: tuple[str, ...]
    query: str | None = None
    start: datetime
    end: datetime
    title: str | None = None
    keep: tuple[str, ...] = ()
    seed: str | None = None
    replace: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was recorded. rows: scrubbed, by table. pieces: how many answers they came in. left_out: columns that the
    catalog's table does not have, by table. empty: tables without rows. replaced: how many values of each kind have
    pseudonyms. secrets: how many were removed. paths: of the files; none if it was only tried."""

    rows: Mapping[str, list[dict[str, Any]]]
    pieces: int
    left_out: Mapping[str, tuple[str, ...]]
    empty: tuple[str, ...]
    replaced: Mapping[str, int]
    secrets: int
    paths: tuple[Path, ...]


def record(project: Project, session: Session, wanted: Wanted, *, dry_run: bool = False) -> Recorded:
    """Fetch, scrub and write.

    Nothing is written when something of the original rows would be. Raises WorkspaceError, and ContentError for rows
    that do not fit their tables.
    """
    schemas = _checked(project, wanted)
    fetched = {table: _fetch(session, table, wanted) for table in schemas}
    left_out = {table: tuple(_unknown(each, schemas[table])) for table, each in fetched.items()}
    rows = {table: _fitting(table, each, schemas[table]) for table, each in fetched.items() if each.rows}
    if not rows:
        raise WorkspaceError(
            f"there are no rows of {' and '.join(schemas)} in that time",
            "Times are UTC unless they say otherwise. `masthead preflight` tells when the last row came.",
            misuse=False,
        )
    scrubber = Scrubber(rows, schemas, vocabulary_of(project, wanted.keep), _key(wanted.seed))
    scrubbed = {table: [scrubber.row(table, row) for row in each] for table, each in rows.items()}
    files = files_of(_about(wanted, scrubbed), scrubbed)
    # Of recording.yaml what the user says; the rest is ours.
    told = [wanted.name, wanted.title or "", *(text for name, text in files.items() if name != DESCRIPTION)]
    if found := leaks("\n".join(told), scrubber):
        raise WorkspaceError(
            f"the recording is not written, since it would still hold {', '.join(found)}",
            "A title or name must not have it. If it is nobody's, say so: --keep VALUE. Otherwise this is a defect.",
        )
    paths = () if dry_run else write_files(project.root, wanted.name, files, project.schema, replace=wanted.replace)
    return Recorded(
        scrubbed,
        sum(each.pieces for each in fetched.values()),
        {table: columns for table, columns in left_out.items() if columns},
        tuple(table for table, each in fetched.items() if not each.rows),
        scrubber.pseudonyms.counts(),
        scrubber.secrets,
        tuple(paths),
    )


def _key(seed: str | None) -> bytes:
    return secrets.token_bytes(32) if seed is None else sha256(f"masthead record\0{seed}".encode()).digest()


def _checked(project: Project, wanted: Wanted) -> dict[str, dict[str, str]]:
    """The columns of the tables that are recorded. Raises WorkspaceError for a wish that cannot be fulfilled."""
    if not _NAME.fullmatch(wanted.name):
        hint = "Take words of small letters with hyphens, and folders: kubernetes/token-stolen."
        raise WorkspaceError(f'"{wanted.name}" is no name of a recording', hint)
    if wanted.end <= wanted.start:
        raise WorkspaceError("the time ends before it starts", "--from is earlier than --to.")
    if (project.root / RECORDINGS / wanted.name).exists() and not wanted.replace:
        raise WorkspaceError(f"there is a recording {wanted.name} already", "Take another name, or --replace it.")
    tables = wanted.tables if wanted.query is None else (_table_of(project, wanted.query, wanted.tables),)
    if not tables:
        raise WorkspaceError("nothing says what to record", "Name tables with --table, or ask with --query.")
    return {table: _schema(project, table) for table in dict.fromkeys(tables)}


def _schema(project: Project, table: str) -> dict[str, str]:
    schema = project.schema(table)
    if schema is None:
        near = closest(table, project.table_names)
        hint = f'Did you mean "{near}"?' if near else f"Describe it in catalog/tables/{table}.yaml."
        raise WorkspaceError(f"the catalog has no table {table}", hint)
    return schema


def _table_of(project: Project, query: str, named: tuple[str, ...]) -> str:
    """The table whose rows the query returns."""
    if len(named) == 1:
        return named[0]
    read = tuple(dict.fromkeys(each.name for each in Binding(project).analyze(query, analyzers=False).tables))
    if named or len(read) != 1:
        what = f"reads {', '.join(read)}" if read else "reads no table that the catalog knows"
        raise WorkspaceError(f"the query {what}", "Say with one --table whose rows it returns.")
    return read[0]


def _fetch(session: Session, table: str, wanted: Wanted) -> Fetched:
    query = wanted.query
    if query is None:
        query = table if table.isidentifier() else f"[{json.dumps(table)}]"
    return fetch(session, query.strip().rstrip(";"), wanted.start, wanted.end, arrival=wanted.query is None)


def _unknown(fetched: Fetched, schema: Mapping[str, str]) -> Iterable[str]:
    return (name for name in fetched.columns if name not in schema and name != INGESTION_TIME)


def _fitting(table: str, fetched: Fetched, schema: Mapping[str, str]) -> list[dict[str, Any]]:
    """The rows with the columns that the table has. Raises WorkspaceError when these are of other types."""
    if "TimeGenerated" not in fetched.columns:
        raise WorkspaceError("the rows have no TimeGenerated", "A query that is recorded must keep it.")
    for name, kind in fetched.columns.items():
        if name in schema and schema[name] != kind:
            message = f"{table}.{name} is {kind} in the workspace, and {schema[name]} in the catalog"
            raise WorkspaceError(message, f"Correct catalog/tables/{table}.yaml, or leave it out: project-away {name}.")
    kept = {*schema, INGESTION_TIME}
    return [{name: value for name, value in row.items() if name in kept} for row in fetched.rows]


def _about(wanted: Wanted, rows: Mapping[str, list[dict[str, Any]]]) -> About:
    counts = ", ".join(f"{len(each):,} of {table}" for table, each in rows.items())
    how = "masthead record, by a query" if wanted.query is not None else "masthead record, all rows of the time"
    return About(
        title=wanted.title or f"{', '.join(rows)}, recorded {wanted.start:%Y-%m-%d}",
        description=f"Rows that a workspace had: {counts}. Say here what happens in them.",
        source="a workspace with Microsoft Sentinel",
        how=f"{how}. Names of people, hosts, resources and organizations, addresses, ids and numbers that tell which "
        "are pseudonyms, the same throughout, and so are words that no product, query or description of this project "
        "has. Secrets are removed. Times are as they were.",
        start=wanted.start,
        end=wanted.end,
    )
