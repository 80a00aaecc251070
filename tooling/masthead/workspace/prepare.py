"""All that has to be read before something is planned: the content, the workspace, and whether the rules' tables are
there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from masthead.content.patterns import matches, named
from masthead.content.project import Project
from masthead.content.schema import closest
from masthead.kql.binding import Binding
from masthead.workspace.activity import traced
from masthead.workspace.dependencies import dependencies
from masthead.workspace.desired import desired
from masthead.workspace.errors import WorkspaceError
from masthead.workspace.live import read_live
from masthead.workspace.plan import Plan, make_plan
from masthead.workspace.preflight.missing import missing_for
from masthead.workspace.preflight.states import TableState
from masthead.workspace.preflight.tables import look_at_tables
from masthead.workspace.resources import Desired, ResourceKind
from masthead.workspace.session import Session


@dataclass(frozen=True, slots=True)
class Options:
    """How a plan is made.

    prune: delete what is ours and no more in the content. adopt: content that takes over what is there of others, by
    path without suffix or pattern. paths: only this content and what it needs, likewise; all of it when empty.
    """

    prune: bool = False
    adopt: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Prepared:
    """A plan, and the content that it is made of."""

    plan: Plan
    desired: tuple[Desired, ...]


def prepare(project: Project, session: Session, options: Options) -> Prepared:
    """Read content and workspace, and make the plan.

    Rules whose tables are missing, or on a plan that rules cannot read, are planned disabled, with the reason. Raises
    ContentError for content that cannot be used, WorkspaceError for a workspace that cannot be read.
    """
    workspace = replace(session.workspace, location=session.location)
    wanted = desired(project, workspace)
    wanted = _chosen(wanted, options.paths)
    adopted = [each.path for pattern in options.adopt for each in _named_by(pattern, wanted)]
    aliases = [each.key.id for each in wanted if each.key.kind is ResourceKind.WATCHLIST]
    live = read_live(session, aliases)
    tables = {table for each in wanted if each.key.kind is ResourceKind.DETECTION for table in each.tables}
    states = look_at_tables(session, project, sorted(tables))
    binding = Binding(project)
    wanted = [_held_back(each, states, binding) for each in wanted]
    plan = make_plan(workspace, wanted, live, prune=options.prune, adopt=adopted, everything=not options.paths)
    return Prepared(traced(session, plan), tuple(wanted))


def _held_back(each: Desired, states: Mapping[str, TableState], binding: Binding) -> Desired:
    """A rule that could not see anything is not deployed enabled: it would be a guard who sleeps."""
    if each.key.kind is not ResourceKind.DETECTION or not each.body["properties"].get("enabled", True):
        return each
    reason = missing_for(each, states, binding)
    if reason is None:
        return each
    body = {**each.body, "properties": {**each.body["properties"], "enabled": False}}
    return replace(each, body=body, notes=(*each.notes, f"not enabled: {reason}"), held=reason)


def _chosen(wanted: list[Desired], paths: Iterable[str]) -> list[Desired]:
    """The content that `paths` name, and what it needs; all when they name none."""
    patterns = list(paths)
    if not patterns:
        return wanted
    named = {each.key for pattern in patterns for each in _named_by(pattern, wanted)}
    needs = dependencies(wanted)
    keys = named.union(*(needs[key] for key in named))
    return [each for each in wanted if each.key in keys]


def _named_by(pattern: str, wanted: Iterable[Desired]) -> list[Desired]:
    """The content that a path or pattern names. Raises WorkspaceError when it names none."""
    stem = named(pattern.removeprefix("./")).rstrip("/")
    found = [each for each in wanted if matches(stem, each.path) or matches(f"{stem}/*", each.path)]
    if not found:
        near = closest(stem, [named(each.path) for each in wanted])
        hint = f'Did you mean "{near}"?' if near else "Name it by its path, as detections/rbac/name or detections/rbac."
        raise WorkspaceError(f'"{pattern}" names no content that this workspace gets', hint)
    return found
