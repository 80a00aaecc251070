"""What to click or run so that a gap closes, with the real names filled in."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from masthead.content.catalog import LogSource
from masthead.content.connecting import SUBSCRIPTION, TENANT, DiagnosticSetting, Step
from masthead.content.workspaces import Workspace
from masthead.workspace.preflight.connectors import ConnectorState
from masthead.workspace.preflight.diagnostics import Sender
from masthead.workspace.preflight.verdicts import Verdict

SETTING = "to-sentinel"
"""What a diagnostic setting is called that somebody makes on our advice."""

_ABSENT = (Verdict.MISSING, Verdict.EMPTY, Verdict.STALE)


@dataclass(frozen=True, slots=True)
class Remedy:
    """Something to do; run: a command for it."""

    do: str
    run: str | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Of the gaps of one log source: the workspace and its location, its connectors, and the resources that may send;
    None when these are not known. arrives: whether rows of any of its tables do."""

    workspace: Workspace
    location: str
    arrives: bool
    connectors: Sequence[ConnectorState]
    senders: Sequence[Sender] | None


def remedies(source: LogSource | None, gaps: dict[str, Verdict], around: Surroundings) -> list[Remedy]:
    """What closes these gaps, tables with their verdicts, of a log source; None for tables that none of the catalog
    fills."""
    found = [_other_plan(table, around.workspace) for table, each in gaps.items() if each is Verdict.WRONG_PLAN]
    absent = [table for table, verdict in gaps.items() if verdict in _ABSENT]
    if absent and source is None:
        found.append(Remedy(f"Find out what fills {_listed(absent)}, and describe it in catalog/sources."))
    if absent and source is not None:
        found += _connect(around.connectors)
        if source.diagnostic_setting is not None:
            found += _settings(source.diagnostic_setting, absent, around)
        found += [Remedy(step.do, step.run and _filled(step.run, around)) for step in _steps(source, absent, around)]
    different = [table for table, verdict in gaps.items() if verdict is Verdict.SCHEMA]
    if different:
        files = _listed(f"catalog/tables/{table}.yaml" for table in different)
        found.append(Remedy(f"Update the solution that makes the table, or correct {files} and the queries."))
    if late := [table for table, verdict in gaps.items() if verdict is Verdict.LATE]:
        found.append(Remedy(f"Let the rules that read {_listed(late)} look back longer: a greater queryPeriod."))
    return list(dict.fromkeys(found))


def _steps(source: LogSource, absent: list[str], around: Surroundings) -> Iterator[Step]:
    """The steps of the catalog that matter: those for these tables, and what has to be done for the source as a whole
    where none of its rows arrive, or nothing is said of one of the tables."""
    setting = source.diagnostic_setting.categories if source.diagnostic_setting else {}
    told = {table for step in source.connect for table in step.tables} | set(setting)
    whole = not around.arrives or not told.issuperset(absent)
    for step in source.connect:
        if not set(step.tables).isdisjoint(absent) if step.tables else whole:
            yield step


def _other_plan(table: str, workspace: Workspace) -> Remedy:
    run = (
        f"az monitor log-analytics workspace table update --subscription {workspace.subscription} --resource-group "
        f"{workspace.resource_group} --workspace-name {workspace.workspace} --name {table} --plan Analytics"
    )
    return Remedy(f"Put {table} on the Analytics plan; Azure lets the plan change once a week.", run)


def _connect(connectors: Sequence[ConnectorState]) -> Iterator[Remedy]:
    """How to connect the first of the connectors that are not given up, if none is connected."""
    if any(each.connected for each in connectors):
        return
    for state in sorted(connectors, key=lambda each: each.connector.status != "current"):
        connector = state.connector
        if connector.solution is not None and state.installed is False:
            yield Remedy(f'In Sentinel, open Content hub, and install the solution "{connector.solution.name}".')
        yield Remedy(f'In Sentinel, open Data connectors, "{connector.title}", and connect it as its page says.')
        return


def _settings(setting: DiagnosticSetting, tables: Iterable[str], around: Surroundings) -> Iterator[Remedy]:
    wanted = {table: setting.categories[table] for table in tables if table in setting.categories}
    categories = sorted({each for names in wanted.values() for each in names})
    if not categories:
        return
    if setting.of == TENANT:
        yield Remedy(
            "In the Entra admin center, open Monitoring & health, Diagnostic settings, and send "
            f"{_listed(categories)} to the workspace {around.workspace.workspace}."
        )
    elif setting.of == SUBSCRIPTION:
        yield Remedy(
            "Send the subscription's log to the workspace; do so for each subscription.",
            f"az monitor diagnostic-settings subscription create --subscription {around.workspace.subscription} "
            f"--name {SETTING} --location {around.location} --workspace {around.workspace.resource_id} "
            f"--logs {_logs(categories)}",
        )
    elif around.senders is None:
        yield Remedy(
            f"Send the logs of each resource with a diagnostic setting. This lists them: az resource list "
            f'--resource-type {setting.of} --query "[].id" --output tsv',
            _create("RESOURCE_ID", SETTING, categories, around.workspace),
        )
    else:
        yield from _of_senders(setting, tuple(wanted), around.senders, around.workspace)


def _of_senders(
    setting: DiagnosticSetting, tables: Sequence[str], senders: Sequence[Sender], workspace: Workspace
) -> Iterator[Remedy]:
    kind = setting.of.rsplit("/", 1)[-1]
    if not senders:
        yield Remedy(f"The subscription has no {kind}; those of other subscriptions must send their logs here.")
    for sender in senders:
        missing = [table for table in tables if not sender.fills(table, setting)]
        name = sender.id.rsplit("/", 1)[-1]
        if missing:
            # The setting is replaced as a whole: what it sends now must be named again.
            categories = {*sender.categories, *(each for table in missing for each in setting.categories[table])}
            run = _create(sender.id, sender.setting or SETTING, sorted(categories), workspace)
            yield Remedy(f"Let {name} send the rows of {_listed(missing)}, to tables of their own.", run)
        else:
            yield Remedy(f"The diagnostic setting {sender.setting} of {name} sends them: see whether {name} runs.")


def _create(resource: str, name: str, categories: Iterable[str], workspace: Workspace) -> str:
    return (
        f"az monitor diagnostic-settings create --name {name} --resource {shlex.quote(resource)} "
        f"--workspace {workspace.resource_id} --export-to-resource-specific true --logs {_logs(categories)}"
    )


def _logs(categories: Iterable[str]) -> str:
    return shlex.quote(json.dumps([{"category": each, "enabled": True} for each in categories]))


def _filled(command: str, around: Surroundings) -> str:
    workspace = around.workspace
    values = {
        "subscription": workspace.subscription,
        "resource_group": workspace.resource_group,
        "workspace": workspace.workspace,
        "workspace_id": workspace.resource_id,
        "location": around.location,
    }
    for name, value in values.items():
        command = command.replace(f"{{{name}}}", value)
    return command


def _listed(names: Iterable[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last
