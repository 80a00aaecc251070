from __future__ import annotations

from collections.abc import Iterable, Iterator

from masthead.content.document import ValuePath
from masthead.content.finding import ContentError, Finding, Severity
from masthead.content.layout import DEPLOYED, ContentFile
from masthead.content.patterns import matches, matches_any
from masthead.content.watchlists import Watchlist, read_rows
from masthead.content.workspaces import FIELDS, Override, Workspace
from masthead.lint.check import ProjectCheck
from masthead.lint.checks.workspaces._described import applies, own_value, said, workspaces
from masthead.lint.overview import Overview
from masthead.lint.patterns import named_by

_Place = tuple[ValuePath, str]


class NeedlessOverride(ProjectCheck):
    """An override that changes nothing.

    What it says is what the content says already, or what an earlier override does; or no workspace that it counts in
    gets the content. It misleads whoever reads it, and takes effect unasked when the content changes.

    **Anti-pattern**: `detections/rbac/cluster-admin-granted: {severity: High}` for a rule with `severity: High`.

    **Best practice**: overrides only for what differs.

    Source: the design of this project.
    """

    code = "MH873"
    slug = "needless-override"
    severity = Severity.WARNING

    def check(self, overview: Overview) -> Iterable[Finding]:
        effects = dict(_effects(overview))
        for override, field in said(overview):
            key, value = FIELDS[field], getattr(override, field)
            changed = effects.get((override.at, field))
            if changed or not any(applies(overview, each, field) for each in named_by(overview, override.pattern)):
                continue
            if changed is None:
                message = "no workspace that this counts in gets what it names"
            elif field == "rows":
                message = f"the rows in {value} are those that the watchlist has without it"
            else:
                message = f"{key} is {str(value).lower() if isinstance(value, bool) else value} without it, too"
            yield self.in_document(override.document, message, (*override.at, key), key=True, hint="Remove it.")


def _effects(overview: Overview) -> Iterator[tuple[_Place, bool]]:
    """For each field of an override that reaches content in some workspace, whether it changes it in one of them."""
    changed: dict[_Place, bool] = {}
    files = [file for file in overview.project.files if file.kind in DEPLOYED]
    for workspace in workspaces(overview):
        patterns = {each.pattern for each in workspace.overrides}
        for file in files:
            if workspace.gets(file.path) and matches_any(patterns, file.path):
                for place, differs in _on(overview, workspace, file):
                    changed[place] = changed.get(place, False) or differs
    return iter(changed.items())


def _on(overview: Overview, workspace: Workspace, file: ContentFile) -> Iterator[tuple[_Place, bool]]:
    """What each field of the overrides does to the content in `file`, one after the other."""
    now: dict[str, object | None] = {}
    for override in workspace.overrides:
        if not matches(override.pattern, file.path):
            continue
        for field in FIELDS:
            if getattr(override, field) is None or not applies(overview, file, field):
                continue
            before = now[field] if field in now else own_value(overview, file, field)
            now[field] = _value(overview, file, override, field)
            yield (override.at, field), before != now[field]


def _value(overview: Overview, file: ContentFile, override: Override, field: str) -> object | None:
    if field != "rows" or override.rows is None:
        return getattr(override, field)
    try:
        watchlist = overview.project.read(file)
        assert isinstance(watchlist, Watchlist)
        return read_rows(override.rows, overview.root, [column.name for column in watchlist.columns])
    except ContentError:
        return override.rows  # that they cannot be read is said by another check; they are no rows of anything
