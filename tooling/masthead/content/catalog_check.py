"""Whether the parts of the catalog agree with each other and with the names of their files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress

from masthead.content.catalog import LogSource
from masthead.content.document import Document, ValuePath
from masthead.content.finding import ContentError, Finding
from masthead.content.project import Project
from masthead.content.schema import closest


def check_catalog(project: Project) -> list[Finding]:
    """MH018 for each contradiction: a slug or name that differs from its file's, one that is given twice, and a log
    source or table that is named but not described. Parts that cannot be read are passed over: reading them says why.
    """
    findings: list[Finding] = []
    with suppress(ContentError):
        findings += _check_use_cases(project)
    for source in project.log_sources.readable():
        findings += _check_name(source.document, ("slug",), source.document.data["slug"], source.slug)
        findings += _check_known(source.document, ("tables",), source.tables, project.tables.slugs, "table")
        findings += _check_own_tables(source)
    for table in project.tables.readable():
        findings += _check_name(table.document, ("name",), table.name, table.slug)
        findings += _check_known(table.document, ("sources",), table.sources, project.log_sources.slugs, "log source")
    return findings


def _check_use_cases(project: Project) -> Iterator[Finding]:
    seen: set[str] = set()
    for use_case in project.use_case_list:
        document, at = use_case.document, use_case.at
        if use_case.slug in seen:
            message = f"the use case {use_case.slug} stands here a second time"
            yield document.finding("MH018", message, (*at, "slug"), hint="Rename it, or merge the two.")
        seen.add(use_case.slug)
        known = project.log_sources.slugs
        yield from _check_known(document, (*at, "logSources"), use_case.log_sources, known, "log source")
        yield from _check_known(document, (*at, "alsoUseful"), use_case.also_useful, known, "log source")
        for slug in use_case.not_shown:
            if slug not in use_case.risks:
                near = closest(slug, use_case.risks)
                hint = f'Did you mean "{near}"?' if near else "Name one of its risks."
                message = f"the use case {use_case.slug} has no risk {slug}"
                yield document.finding("MH018", message, (*at, "notShown", slug), key=True, hint=hint)


def _check_own_tables(source: LogSource) -> Iterator[Finding]:
    """What a log source says of single tables must be about tables that it fills."""
    data = source.document.data
    said: list[tuple[ValuePath, bool, str]] = [
        ((key, table), True, table) for key in ("freshnessOf", "rowsOf") for table in data.get(key) or ()
    ]
    said += [
        (("diagnosticSetting", "categories", table), True, table)
        for table in (data.get("diagnosticSetting") or {}).get("categories", ())
    ]
    said += [
        (("connect", number, "tables", index), False, table)
        for number, step in enumerate(data.get("connect") or ())
        for index, table in enumerate(step.get("tables") or ())
    ]
    for at, key, table in said:
        if table not in source.tables:
            near = closest(table, source.tables)
            hint = f'Did you mean "{near}"?' if near else "Name one of its tables."
            message = f"{source.slug} fills no table {table}"
            yield source.document.finding("MH018", message, at, key=key, hint=hint)


def _check_name(document: Document, at: ValuePath, written: str, expected: str) -> Iterator[Finding]:
    if written != expected:
        message = f"{at[-1]} is {written}, but the file is called {expected}"
        yield document.finding("MH018", message, at, hint="Rename one of the two.")


def _check_known(
    document: Document, at: ValuePath, names: Iterable[str], known: frozenset[str], what: str
) -> Iterator[Finding]:
    for index, name in enumerate(names):
        if name not in known:
            near = closest(name, known)
            hint = f'Did you mean "{near}"?' if near else None
            yield document.finding("MH018", f"the catalog has no {what} {name}", (*at, index), hint=hint)
