"""What became of a case: what is not as it expects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from masthead.content.cases import Case
from masthead.simulate.simulator import Outcome
from masthead.simulate.values import Row
from masthead.testing.compare import Comparison, Matcher, compare_lists
from masthead.testing.facts import Facts


@dataclass(frozen=True, slots=True)
class Listing:
    """A list that a case expects something of: what (alerts, incidents, rows), both lists, and how they differ.

    `notes` tell about each actual item what the simulation left out or replaced.
    """

    what: str
    expected: Sequence[Mapping[str, Any]]
    actual: Sequence[Facts]
    comparison: Comparison
    notes: Sequence[Sequence[str]] = ()


@dataclass(frozen=True, slots=True)
class Count:
    """A number, in words if it is not one, or the names of the columns, that a case expects."""

    what: str
    expected: Any
    actual: Any


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody else than the case has to say, in words."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a case: all that is not as expected, and the rows for who wants to see them.

    `outcome` is that of a detection; `rows` are those of the query, of a detection in all its runs.
    """

    case: Case
    complaints: tuple[Listing | Count | Told, ...]
    rows: tuple[Row, ...]
    outcome: Outcome | None = None

    @property
    def passed(self) -> bool:
        """Whether everything is as expected."""
        return not self.complaints


def unequal(
    what: str,
    expected: Sequence[Mapping[str, Any]],
    actual: Sequence[Facts],
    mismatches: Matcher,
    notes: Sequence[Sequence[str]] = (),
) -> Iterator[Listing]:
    """The complaint about a list that is not as expected; none when it is."""
    comparison = compare_lists(expected, actual, mismatches)
    if not comparison.equal:
        yield Listing(what, expected, actual, comparison, notes)
