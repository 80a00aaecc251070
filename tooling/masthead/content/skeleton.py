"""The beginnings of new content: its file, and the cases of what has some, to be filled in."""

from __future__ import annotations

import re
from uuid import uuid4

from masthead.content.automation_rules import MAX_ORDER
from masthead.content.catalog import LogSource, UseCase
from masthead.content.layout import FOLDERS, Kind, cases_path
from masthead.content.project import Project
from masthead.content.schema import closest

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NOT_TELLING = frozenset(
    {"TenantId", "SourceSystem", "Type", "_ResourceId", "_SubscriptionId", "MG", "ManagementGroupName"}
)


class SkeletonError(Exception):
    """The content cannot be started; the message says why and what to do."""


def skeleton(project: Project, kind: Kind, address: str, table: str | None = None) -> dict[str, str]:
    """The files to write, {path: text}, for a new detection, hunting query or workbook `address`, "use-case/slug".

    `table` is the table to start from; without one it is the first that the use case's log sources fill. Raises
    SkeletonError for an address or table that does not exist, or files that do; ContentError when the catalog cannot
    be read.
    """
    use_case, slug = _address(project, address)
    source, table = _source(project, use_case, table)
    path = f"{FOLDERS[kind]}/{use_case.slug}/{slug}.yaml"
    cases = cases_path(path)
    assert cases is not None
    for each in (path, cases):
        if (project.root / each).exists():
            raise SkeletonError(f"{each} exists already")
    content, case, expected, silent = _TEMPLATES[kind]
    words = {
        "id": uuid4(),
        "name": slug.replace("-", " ").capitalize(),
        "connector": next((each.id for each in source.connectors if each.id), "NameOfTheConnector"),
        "table": table,
        "column": _telling_column(project, table),
        "risk": next(iter(use_case.risks)),
    }
    cases_words = {"logs": _recording_of(project, table), "expected": expected, "silent": silent}
    return {path: content.format(**words), cases: case.format(**cases_words)}


def automation_skeleton(project: Project, name: str) -> dict[str, str]:
    """The file to write, {path: text}, for a new automation rule, whose turn comes after those that there are.

    Raises SkeletonError for a name that cannot be a file's, or is one's already.
    """
    if not _SLUG.fullmatch(name):
        raise SkeletonError(f'"{name}" cannot name a file; use small letters, digits and hyphens')
    path = f"{FOLDERS[Kind.AUTOMATION_RULE]}/{name}.yaml"
    if (project.root / path).exists():
        raise SkeletonError(f"{path} exists already")
    last = max((each.order for each in project.automation_rules.readable()), default=0)
    order = min(last // 10 * 10 + 10, MAX_ORDER)
    return {path: _AUTOMATION_RULE.format(id=uuid4(), name=name.replace("-", " ").capitalize(), order=order)}


def _address(project: Project, address: str) -> tuple[UseCase, str]:
    use_case, _, slug = address.partition("/")
    if not slug:
        better = f"{address.strip('/') or 'rbac'}/new-rule"
        raise SkeletonError(f'"{address}" is not a use case and a name; write it like {better}')
    if use_case not in project.use_cases:
        near = closest(use_case, project.use_cases)
        hint = f'did you mean "{near}"?' if near else f"there are {', '.join(project.use_cases)}"
        raise SkeletonError(f'catalog/use-cases.yaml has no use case "{use_case}"; {hint}')
    if not _SLUG.fullmatch(slug):
        raise SkeletonError(f'"{slug}" cannot name a file; use small letters, digits and hyphens')
    return project.use_cases[use_case], slug


def _source(project: Project, use_case: UseCase, table: str | None) -> tuple[LogSource, str]:
    """The log source of the table, and the table, or the use case's first."""
    if table is None:
        for slug in use_case.log_sources:
            if source := project.log_sources.get(slug):
                return source, source.tables[0]
        raise SkeletonError(f"the catalog does not describe a log source of {use_case.slug}; name a table")
    for source in project.log_sources.readable():
        if table in source.tables:
            return source, table
    near = closest(table, project.tables.slugs)
    hint = f'did you mean "{near}"?' if near else "see catalog/sources"
    raise SkeletonError(f'no log source of the catalog fills a table "{table}"; {hint}')


def _telling_column(project: Project, table: str) -> str:
    columns = project.schema(table) or {}
    return next((name for name, type_ in columns.items() if type_ == "string" and name not in _NOT_TELLING), "Column")


def _recording_of(project: Project, table: str) -> str:
    return next((each.name for each in project.recordings.readable() if table in each.tables), "a-recording")


_DESCRIPTION = """\
description: |-
  TODO: what this finds, and why that matters.

  TODO: what innocent activity looks the same.

  TODO: what to do first."""

_QUERY = """\
query: |-
  {table}
  | where {column} == "TODO"
entityMappings:
  - entityType: Account
    fieldMappings:
      - {{identifier: Name, columnName: {column}}}
version: 1.0.0
metadata:
  risks: [{risk}]
"""

_DETECTION = (
    """\
id: {id}
name: {name}
"""
    + _DESCRIPTION
    + """
severity: Medium
status: Available
requiredDataConnectors:
  - connectorId: {connector}
    dataTypes: [{table}]
kind: Scheduled
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
tactics: [Persistence]
relevantTechniques: [T1098]
"""
    + _QUERY
)

_HUNTING_QUERY = (
    """\
id: {id}
name: {name}
"""
    + _DESCRIPTION
    + """
requiredDataConnectors:
  - connectorId: {connector}
    dataTypes: [{table}]
tactics: [Persistence]
relevantTechniques: [T1098]
"""
    + _QUERY
)

_CASES = """\
cases:
  - name: "TODO: what happens"
    logs: [{logs}]
    expect:
      {expected}
  - name: "TODO: what looks alike, and is innocent"
    logs: [{logs}]
    expect:
      {silent}
"""

_WORKBOOK = """\
id: {id}
name: {name}
description: |-
  TODO: which questions this answers, and for whom.
version: 1.0.0
metadata:
  risks: [{risk}]
parameters:
  - name: TimeRange
    label: Time range
    type: time
    choices: [4h, 1d, 7d, 30d]
    default: 7d
items:
  - text: |-
      ## {name}

      TODO: what there is to see, and what to do with it.
  - name: rows-over-time
    title: "TODO: what is counted"
    query: |-
      {table}
      | summarize Rows = count() by bin(TimeGenerated, {{TimeRange:grain}}), {column}
    visualization: timechart
    chart: {{x: TimeGenerated, y: Rows, series: {column}}}
    empty: "TODO: what it means that there is nothing"
"""

_WORKBOOK_CASES = """\
cases:
  - name: "TODO: what happens, and where it is seen"
    logs: [{logs}]
    expect:
      {expected}
"""

_AUTOMATION_RULE = """\
id: {id}
displayName: {name}
description: |-
  TODO: why Sentinel should do this by itself, and what would be lost if it did not.
order: {order}
version: 1.0.0
triggeringLogic:
  isEnabled: true
  triggersOn: Incidents
  triggersWhen: Created
  conditions:
    - conditionType: Property
      conditionProperties:
        propertyName: IncidentRelatedAnalyticRuleIds
        operator: Contains
        propertyValues: ["detections/*"]  # TODO: which detections; * stands for any characters
actions:
  - order: 1
    actionType: ModifyProperties
    actionConfiguration:
      labels:
        - labelName: "TODO: what to do with the incident"
"""

_TEMPLATES = {
    Kind.DETECTION: (_DETECTION, _CASES, "alerts: [{severity: Medium}]", "alerts: []"),
    Kind.HUNTING_QUERY: (_HUNTING_QUERY, _CASES, "count: 1", "count: 0"),
    Kind.WORKBOOK: (_WORKBOOK, _WORKBOOK_CASES, "shown: [rows-over-time]", ""),
}
"""Of each kind: the content, its cases, and what a case expects when something happens and when nothing does."""
