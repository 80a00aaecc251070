"""Scenarios: what happens on the cluster while it is recorded, and what a detection should see of it.

A scenario is a file below scenarios/ with one function:

    @scenario(
        title="A privileged pod is started by hand",
        use_case="pod-security",
        techniques=["T1610", "T1611"],
        detect="a pod with a privileged container, made by a person and not by a controller",
    )
    def play(stage: Stage) -> None:
        \"\"\"What happens, in sentences: it becomes the description of the recording.\"\"\"
"""

from __future__ import annotations

import importlib
import inspect
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from recorder.stage import Stage

FOLDER = Path(__file__).with_name("scenarios")
ATTACK_DAY = date(2026, 11, 3)
"""The Tuesday on which every attack happens; the working day of peace is the Monday before."""


class NoSuchScenario(Exception):
    """No scenario has this name; the message names those that are near."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario. `techniques` are ATT&CK identifiers, `opens` and `closes` when the recording begins and ends."""

    kind: str
    name: str
    title: str
    use_case: str
    techniques: tuple[str, ...]
    detect: str
    description: str
    opens: datetime
    closes: datetime
    inventory_minutes: int
    gap: tuple[datetime, datetime] | None
    diagnostics: bool
    honesty: str
    play: Callable[[Stage], None]

    @property
    def path(self) -> str:
        """How it is called on the command line, like attack/privileged-pod."""
        return f"{self.kind}/{self.name}"

    def delivers(self, when: datetime) -> bool:
        """Whether an audit event of this recorded moment reaches the workspace: those of the gap do not."""
        return self.gap is None or not self.gap[0] <= when < self.gap[1]


def scenario(
    *,
    title: str,
    use_case: str,
    techniques: Sequence[str],
    detect: str,
    opens: str = "09:00",
    closes: str = "10:00",
    on: date = ATTACK_DAY,
    inventory_minutes: int = 10,
    gap: tuple[str, str] | None = None,
    diagnostics: bool = False,
    honesty: str = "",
) -> Callable[[Callable[[Stage], None]], Scenario]:
    """Make a scenario of the function below it, whose docstring is the description.

    `opens` and `closes` are times of the day `on`, in UTC. `inventory_minutes` is how often Container Insights looks.
    `gap` is from when to when the audit log is not delivered: what happens then has no rows of it.
    `diagnostics` adds the audit log as AzureDiagnostics has it, which keeps fields that AKSAudit has no column for.
    `honesty` says what of this story a recording cannot show; it becomes part of the description.
    """

    def decorate(play: Callable[[Stage], None]) -> Scenario:
        place = Path(inspect.getfile(play))
        return Scenario(
            kind=place.parent.name,
            name=place.stem.replace("_", "-"),
            title=title,
            use_case=use_case,
            techniques=tuple(techniques),
            detect=" ".join(detect.split()),
            description=" ".join((inspect.getdoc(play) or "").split()),
            opens=_instant(on, opens),
            closes=_instant(on, closes),
            inventory_minutes=inventory_minutes,
            gap=(_instant(on, gap[0]), _instant(on, gap[1])) if gap else None,
            diagnostics=diagnostics,
            honesty=" ".join(honesty.split()),
            play=play,
        )

    return decorate


def step_of(error: BaseException) -> str:
    """The step of a scenario that raised, like tests/recorder/scenarios/attack/x.py:23, its line below; "" for none."""
    steps = [step for step in traceback.extract_tb(error.__traceback__) if Path(step.filename).is_relative_to(FOLDER)]
    if not steps:
        return ""
    place = Path(steps[-1].filename).relative_to(FOLDER.parents[2]).as_posix()
    return f"{place}:{steps[-1].lineno}\n    {steps[-1].line}"


def _instant(day: date, clock: str) -> datetime:
    """24:00 is the end of the day."""
    if clock == "24:00":
        return datetime.combine(date.fromordinal(day.toordinal() + 1), time(), UTC)
    return datetime.combine(day, time.fromisoformat(clock), UTC)


def all_scenarios() -> Iterator[Scenario]:
    """Every scenario, in order of kind and name."""
    for file in sorted(FOLDER.glob("*/*.py")):
        if not file.name.startswith("_"):
            module = importlib.import_module(f"recorder.scenarios.{file.parent.name}.{file.stem}")
            yield module.play


def find_scenario(path: str) -> Scenario:
    """The scenario called `path`, like attack/privileged-pod or only privileged-pod; raises NoSuchScenario."""
    known = list(all_scenarios())
    found = [one for one in known if path in (one.path, one.name)]
    if not found:
        word = path.rpartition("/")[2]
        near = [one.path for one in known if set(word.split("-")) & set(one.name.split("-"))]
        raise NoSuchScenario(f"there is no scenario {path}; near it: {', '.join(near[:5]) or 'none, see `list`'}")
    return found[0]
