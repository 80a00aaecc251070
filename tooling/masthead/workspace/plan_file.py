"""A plan that is kept in a file, to be looked at and then done: by a person, or by the next job of a pipeline.

The file says what the plan does, for what workspace, from what state to what. It does not hold the content itself:
whoever does the plan has the content checked out, and the plan is made anew from it. Only if both are the same is
anything touched, so that a plan can neither be done in another state than it was made for, nor smuggle anything in.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from masthead import __version__
from masthead.content.workspaces import Workspace
from masthead.workspace.errors import WorkspaceError
from masthead.workspace.plan import Action, Plan, Step
from masthead.workspace.prepare import Options

_FORMAT = 1
_SHOWN = 10


def plan_data(plan: Plan, options: Options) -> dict[str, Any]:
    """The plan as JSON, with every step and each change of a field; for the file and for `--format json`."""
    workspace = plan.workspace
    data: dict[str, Any] = {
        "format": _FORMAT,
        "masthead": __version__,
        "options": {"prune": options.prune, "adopt": list(options.adopt), "paths": list(options.paths)},
        "workspace": {"name": workspace.name, "id": workspace.resource_id, "owner": workspace.owner},
        "unchanged": plan.unchanged,
        "steps": [_step_data(step) for step in plan.steps],
        "orphans": [{"kind": each.key.kind, "id": each.key.id, "title": each.title} for each in plan.orphans],
        "foreign": [{"kind": each.key.kind, "id": each.key.id, "title": each.title} for each in plan.foreign],
        "problems": list(plan.problems),
    }
    return data | {"checksum": _checksum(data)}


def drift_data(plan: Plan) -> dict[str, Any]:
    """What of the plan has changed since it was deployed, as JSON."""
    workspace = plan.workspace
    return {
        "workspace": {"name": workspace.name, "id": workspace.resource_id, "owner": workspace.owner},
        "drifted": [_step_data(step) for step in plan.drifted],
    }


def _step_data(step: Step) -> dict[str, Any]:
    data: dict[str, Any] = {
        "action": step.action,
        "kind": step.key.kind,
        "id": step.key.id,
        "title": step.title,
        "path": step.path,
        "had": step.had,
        "wanted": step.wanted,
        "drifted": step.drifted,
        "autoDisabled": step.auto_disabled,
        "notes": list(step.notes),
        "changes": [{"field": each.field, "old": each.old, "new": each.new} for each in step.changes],
    }
    if step.trace:
        trace = step.trace
        data["changedBy"] = {"who": trace.who, "when": trace.when.isoformat(), "operation": trace.operation}
    return data


def _checksum(data: Mapping[str, Any]) -> str:
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def write_plan(plan: Plan, options: Options, path: Path) -> None:
    """Keep the plan in a file."""
    text = json.dumps(plan_data(plan, options), ensure_ascii=False, indent=1) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")


@dataclass(frozen=True, slots=True)
class KeptPlan:
    """A plan as its file says it: with what options it was made, and its steps."""

    path: str
    data: Mapping[str, Any]

    @classmethod
    def read(cls, path: Path) -> KeptPlan:
        """The plan in the file. Raises WorkspaceError when there is none, or it was altered or cut off."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            given, kind = data.pop("checksum"), data["format"]
        except OSError as error:
            raise WorkspaceError(f"{path.as_posix()}: {(error.strerror or str(error)).lower()}") from None
        except (ValueError, KeyError, TypeError, AttributeError):
            hint = "Make one: masthead plan NAME --out FILE."
            raise WorkspaceError(f"{path.as_posix()} is not a plan, or was cut off", hint) from None
        if given != _checksum(data):
            raise WorkspaceError(f"{path.as_posix()} was altered since it was made", "Plan again.")
        if kind != _FORMAT or data["masthead"] != __version__:
            message = f"{path.as_posix()} was made by Masthead {data['masthead']}, and this is {__version__}"
            raise WorkspaceError(message, "Plan again.")
        return cls(path.as_posix(), data)

    @property
    def options(self) -> Options:
        """With what the plan was made."""
        given = self.data["options"]
        return Options(given["prune"], tuple(given["adopt"]), tuple(given["paths"]))

    def check_workspace(self, workspace: Workspace) -> None:
        """Raises WorkspaceError when the plan is for another workspace."""
        meant = self.data["workspace"]
        if meant["id"].lower() != workspace.resource_id.lower() or meant["owner"] != workspace.owner:
            message = f"{self.path} is a plan for {meant['name']} ({meant['id']}, owner {meant['owner']})"
            raise WorkspaceError(f"{message}, not for {workspace.name}", self._again(workspace))

    def check(self, plan: Plan) -> None:
        """Hold `plan`, just made, against this one.

        Raises WorkspaceError when they differ, because the content or the workspace have changed: then nothing may be
        touched. What is done already, as after a deployment that was cut short, is no difference.
        """
        if differences := _differences(self.data["steps"], plan):
            shown = "".join(f"\n  {each}" for each in differences[:_SHOWN])
            more = f"\n  and {len(differences) - _SHOWN} more" if len(differences) > _SHOWN else ""
            raise WorkspaceError(
                f"nothing was done, since {self.path} is not the plan any more{shown}{more}",
                self._again(plan.workspace),
            )

    def _again(self, workspace: Workspace) -> str:
        return f"Plan again: masthead plan {workspace.name} --out {self.path}."


def _differences(kept: list[Mapping[str, Any]], plan: Plan) -> list[str]:
    """Why the plan that was kept is not the one just made; nothing when it is, but for what is done already."""
    now = {str(step.key): step for step in plan.steps}
    found: list[str] = []
    for each in kept:
        step = now.pop(f"{each['kind']} {each['id']}", None)
        if step is None:
            continue  # it is as the content wants it: done by the deployment that was cut short
        if each["wanted"] != step.wanted:
            found.append(f"{each['title']}: the content has changed since the plan")
        elif step.had not in (each["had"], each["wanted"]):
            found.append(f"{each['title']}: it was changed in the workspace since the plan")
        elif each["action"] != step.action and (each["action"], step.action) not in _RESTS:
            found.append(f"{each['title']}: the plan was to {each['action']} it, now it would be to {step.action} it")
    found += (f"{step.title}: to {step.action}, which the plan does not have" for step in now.values())
    return found


_RESTS = {
    (Action.ADOPT, Action.CHANGE),
    (Action.ADOPT, Action.RECORD),
    (Action.CHANGE, Action.RECORD),
    (Action.CREATE, Action.RECORD),
    (Action.DELETE, Action.FORGET),
}
"""What was planned and what may be left of it."""
