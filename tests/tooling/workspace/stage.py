"""A small project and a stand-in for Sentinel to deploy it to."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any

from stand_in import StandIn

from masthead.content.project import Project
from masthead.workspace.deploy import StepResult, deploy
from masthead.workspace.lease import Lease
from masthead.workspace.plan import Plan
from masthead.workspace.prepare import Options, Prepared, prepare
from masthead.workspace.session import Session

PROJECT = Path(__file__).with_name("project")
FOREIGN, AT_ONCE = "5f0f0d29-0000-4000-8000-000000000004", "5f0f0d29-0000-4000-8000-000000000005"
SHORT = timedelta(seconds=0.5)
"""How long a lease lasts here, so that a deployment that was killed is not waited for."""


class Stage:
    """A copy of the project in `root`, and `stand_in`, which runs."""

    def __init__(self, root: Path, stand_in: StandIn) -> None:
        self.root, self.stand_in = root, stand_in
        self._kept: dict[str, Any] | None = None

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace a text of a file of the project; it must be there."""
        file = self.root / path
        text = file.read_text(encoding="utf-8")
        assert old in text, f"{path} has no {old!r}"
        file.write_text(text.replace(old, new), encoding="utf-8", newline="\n")

    def remove(self, path: str) -> None:
        """Delete a file of the project."""
        (self.root / path).unlink()

    def session(self, **changes: Any) -> Session:
        """A session that gives up at the first failure, unless `attempts` says otherwise."""
        return self.stand_in.session(**{"attempts": 0, **changes})

    def prepare(self, session: Session | None = None, **options: Any) -> Prepared:
        """Plan what the project has now."""
        return prepare(Project.load(self.root), session or self.session(), Options(**options))

    def plan(self, **options: Any) -> Plan:
        """The plan alone."""
        return self.prepare(**options).plan

    def deploy(self, session: Session | None = None, **options: Any) -> list[StepResult]:
        """Deploy what the project has now."""
        session = session or self.session()
        with Lease(session, "a test", lasts=SHORT) as lease:
            prepared = self.prepare(session, **options)
            return deploy(session, prepared.plan, prepared.desired, lease)

    def keep(self) -> None:
        """Remember the state of the stand-in, to `restore` it."""
        self._kept = copy.deepcopy(self._state())

    def restore(self) -> None:
        """Let the stand-in be as it was when it was kept."""
        assert self._kept is not None
        state = self.stand_in.state
        with state.lock:
            for name, value in copy.deepcopy(self._kept).items():
                setattr(state, name, value)
        self.stand_in.calls.clear()

    def _state(self) -> dict[str, Any]:
        state = self.stand_in.state
        return {each.name: getattr(state, each.name) for each in fields(state) if each.name not in ("clock", "lock")}

    def titles(self, type: str) -> list[str]:
        """The display names of all resources of a type, sorted."""
        return sorted(str(each["properties"].get("displayName")) for each in self.stand_in.resources(type))


@contextmanager
def staged(folder: Path, **settings: Any) -> Iterator[Stage]:
    """A stage whose project lies in `folder`; settings: of the stand-in."""
    root = folder / "project"
    shutil.copytree(PROJECT, root)
    with StandIn(Project.load(root), page_size=3, **settings) as stand_in:
        yield Stage(root, stand_in)
