from __future__ import annotations

from collections.abc import Iterable, Iterator

from masthead.content.automation_rules import AutomationRule
from masthead.content.finding import ContentError, Finding, Severity
from masthead.content.layout import DEPLOYED, ContentFile, Kind
from masthead.content.patterns import named
from masthead.content.workspaces import Workspace
from masthead.lint.check import RULES, ProjectCheck
from masthead.lint.checks.workspaces._described import workspaces
from masthead.lint.facts import Facts
from masthead.lint.overview import Overview
from masthead.lint.patterns import named_by


class MissingPart(ProjectCheck):
    """A workspace that gets content, but not what the content builds on.

    A rule that calls a function or consults a watchlist cannot be deployed where these are left out, and an automation
    rule has nothing to act on where it gets none of the detections that it names.

    **Anti-pattern**: `include: [detections/*]`, which leaves out the functions that the detections call.

    **Best practice**: `exclude` for what is not wanted; or `functions/*` and `watchlists/*` among what is included.

    Source: the design of this project.
    """

    code = "MH877"
    slug = "missing-part"
    severity = Severity.ERROR

    def check(self, overview: Overview) -> Iterable[Finding]:
        parts = _parts(overview)
        for workspace in workspaces(overview):
            assert workspace.document is not None
            got = [each for each in overview.of(*DEPLOYED) if workspace.gets(each[0].path)]
            lacking: dict[ContentFile, list[str]] = {}
            for file, facts in got:
                for part in _needed(facts, parts):
                    if not workspace.gets(part.path):
                        lacking.setdefault(part, []).append(file.path)
            for part, needing in lacking.items():
                others = f" and {len(needing) - 1} more" if len(needing) > 1 else ""
                message = f"{workspace.name} gets {needing[0]}{others}, but not {part.path}, which they need"
                message = message if others else message.replace("which they need", "which it needs")
                hint = f"Include {named(part.path)} as well, or exclude what needs it."
                yield self.in_document(workspace.document, message, workspace.at, key=True, hint=hint)
            for file, _ in got:
                yield from self._idle(overview, workspace, file)

    def _idle(self, overview: Overview, workspace: Workspace, file: ContentFile) -> Iterator[Finding]:
        """What an automation rule names and the workspace does not get."""
        if file.kind is not Kind.AUTOMATION_RULE or workspace.document is None:
            return
        try:
            rule = overview.project.read(file)
        except ContentError:
            return
        assert isinstance(rule, AutomationRule)
        for each in rule.rule_patterns():
            rules = named_by(overview, each.pattern, RULES)
            if rules and not any(workspace.gets(each.path) for each in rules):
                message = f'{workspace.name} gets {file.path}, but no detection that "{each.pattern}" names'
                hint = f"Exclude {named(file.path)} as well."
                yield self.in_document(workspace.document, message, workspace.at, key=True, hint=hint)


def _parts(overview: Overview) -> dict[tuple[Kind, str], ContentFile]:
    """The functions and watchlists by what queries call them; capitals make no difference in a watchlist's alias."""
    found = {}
    for each in overview.known:
        if place := each.names.get("functionAlias"):
            found[Kind.FUNCTION, place.value] = each.file
        elif place := each.names.get("watchlistAlias"):
            found[Kind.WATCHLIST, place.value.lower()] = each.file
    return found


def _needed(facts: Facts, parts: dict[tuple[Kind, str], ContentFile]) -> Iterator[ContentFile]:
    called = [(Kind.FUNCTION, name) for name in facts.functions]
    called += [(Kind.WATCHLIST, name.lower()) for name in facts.watchlists]
    return (parts[each] for each in called if each in parts)
