"""The stand-in as people try Masthead on it: with logs that end now, and perhaps with something broken."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from pathlib import Path

from masthead.content.project import Project
from stand_in.keeping import restore
from stand_in.quirks import Quirks
from stand_in.stand_in import StandIn

STALE_FOR = timedelta(days=30)
"""How long ago the last row of a stale table came in."""


def demonstration(
    root: Path,
    *,
    port: int = 0,
    file: Path | None = None,
    recordings: Collection[str] = (),
    without: Collection[str] = (),
    basic: Collection[str] = (),
    stale: Collection[str] = (),
    owner: str = "masthead",
) -> StandIn:
    """A stand-in for the project at `root`, not started.

    file: where it was kept, and will be; it need not be there yet. recordings: which are played; by default, some that
    bring every table rows. without, basic, stale: tables that the workspace has not, that are on the Basic plan, and
    that have received nothing for a month. Raises KeyError for a recording or a table that the project does not know.
    """
    project = Project.load(root)
    for table in (*without, *basic, *stale):
        if project.schema(table) is None:
            raise KeyError(table)
    made = StandIn(project, quirks=Quirks(polls=2, polling_seconds=0.2), port=port, owner=owner)
    if file is not None and file.exists():
        restore(made, file)
    made.logs.every = timedelta(minutes=15)
    for name in recordings:
        made.play(name)
    for name, tables in {} if recordings else one_for_each_table(project).items():
        made.play(name, tables=tables, to_the_last=True)
    for table in without:
        made.without_table(table)
    for table in basic:
        made.table(table, plan="Basic")
    for table in stale:
        made.logs.stopped[table] = STALE_FOR
    return made


def meddle(made: StandIn, by: str = "eve@contoso.example") -> list[str]:
    """Let somebody change a rule that was deployed, and Sentinel disable another; what was done, in words.

    Nothing where fewer than two rules were deployed.
    """
    theirs = {name for _, _, name in made.others}
    ours = [each for each in made.resources("alertRules") if each["name"] not in theirs]
    if len(ours) < 2:
        return []
    first, second = ours[:2]
    severity = "Informational" if first["properties"]["severity"] == "Low" else "Low"
    made.portal.change("alertRules", first["name"], by=by, severity=severity)
    made.portal.auto_disable(second["name"])
    return [
        f'{by} made the severity of "{first["properties"]["displayName"]}" {severity}.',
        f'Sentinel disabled "{second["properties"]["displayName"]}", whose query kept failing.',
    ]


def one_for_each_table(project: Project) -> dict[str, list[str]]:
    """Recordings that together have rows of all tables of which there are any, with the tables to have of each.

    Of every table it is the smallest, for a quick start.
    """
    smallest: dict[str, tuple[int, str]] = {}
    for recording in project.recordings.readable():
        for table in recording.tables:
            size = recording.rows_path(table).stat().st_size
            smallest[table] = min(smallest.get(table, (size, recording.name)), (size, recording.name))
    chosen: dict[str, list[str]] = {}
    for table, (_, name) in sorted(smallest.items()):
        chosen.setdefault(name, []).append(table)
    return chosen
