"""The automation rules that lint was asked for."""

from __future__ import annotations

from collections.abc import Iterator

from masthead.content.automation_rules import AutomationRule
from masthead.content.finding import ContentError
from masthead.content.layout import Kind
from masthead.lint.overview import Overview


def automation_rules(overview: Overview) -> Iterator[AutomationRule]:
    """Those that can be used; what is wrong with the others is said where they are read."""
    for file, _ in overview.of(Kind.AUTOMATION_RULE):
        try:
            rule = overview.project.read(file)
        except ContentError:
            continue
        assert isinstance(rule, AutomationRule)
        yield rule
