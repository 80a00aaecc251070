"""The files of a resource that the content has already: only what somebody changed is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from masthead.content.document import ValuePath
from masthead.content.model import Content, Detection
from masthead.content.project import Project
from masthead.content.watchlists import Watchlist
from masthead.content.workbooks import Workbook
from masthead.content.workspaces import Workspace
from masthead.workspace.changes import AUTO_DISABLED, changes
from masthead.workspace.contents import overridden, overrides
from masthead.workspace.normal import ITEMS, digest, normal
from masthead.workspace.ownership import Ownership
from masthead.workspace.pull.content import convert
from masthead.workspace.pull.converted import Converted, Inexpressible, text
from masthead.workspace.pull.differences import Edit, differences
from masthead.workspace.pull.editing import edited
from masthead.workspace.pull.new_files import Made, refuse
from masthead.workspace.pull.proof import remaining, wanted
from masthead.workspace.pull.watchlist import rows_text, with_columns
from masthead.workspace.pull.workbook import json_text
from masthead.workspace.resources import Desired, Live

_OVERRIDDEN: dict[str, tuple[ValuePath, ...]] = {
    "enabled": (("enabled",), ("triggeringLogic", "isEnabled")),
    "severity": (("severity",),),
    "trigger_threshold": (("triggerThreshold",),),
}
"""The values that an override decides, by its name in `workspaces.FIELDS`; so are the fields called."""

_CALLED = ("name", "description")
"""What of a workbook in YAML can be changed by itself: how it is called."""


def changed_files(
    project: Project,
    workspace: Workspace,
    content: Content,
    live: Live,
    owned: Ownership | None,
    contents: Iterable[Content],
    rules: Mapping[str, str],
) -> Made | None:
    """The files of `content` with what the workspace has otherwise; None when it has nothing otherwise.

    What is as it was deployed is nothing that somebody changed, though the content may have moved on since. Raises
    Inexpressible and ContentError for what content cannot say, or not by a change of single values.
    """
    have = normal(live)
    if owned and digest(have) in (owned.digest, owned.before):
        return None
    here = overridden(content, workspace, project)
    content_wants = wanted(here, contents, workspace)
    own = _deployed(content_wants, owned)
    found = {each.field for each in changes(normal(own), have)}
    if not found or normal(content_wants) == have:
        return None
    said = overrides(content, workspace)
    decided = [path for name in said for path in _OVERRIDDEN.get(name, ())]
    now = convert(_with_own_description(live, own), rules)
    if isinstance(content, Workbook) and content.id is None:
        files, fields = {content.path: json_text(_page(content, now.data))}, ("page",)
    else:
        before = convert(Live(key=own.key, title=own.title, body=own.body, items=own.items), rules)
        rows = _rows(here, live, said.get("rows")) if ITEMS in found else {}
        edits = [each for each in _edits(content, live, before, now, found) if each.path not in decided]
        fields = tuple(dict.fromkeys([str(each.path[0]) for each in edits] + ["rows"] * len(rows)))
        files = {content.path: edited(content.document, edits, now.comments)} if edits else {}
        files |= rows
    may_differ = now.may_differ | {".".join(map(str, path)) for path in decided}
    if not files:
        if found <= now.may_differ:
            return None
        _refuse_overridden(found, may_differ)
    if isinstance(here, Detection) and here.enabled and not own.body["properties"]["enabled"]:
        may_differ |= {"enabled"}  # the deployment disabled it, as its tables are missing
    proven = _as_they_are(project, content, said) | files
    changed, differing = remaining(proven, content.path, live, contents, workspace)
    refuse(differing, may_differ)
    return Made(files, changed, fields, now.notes)


def _deployed(own: Desired, owned: Ownership | None) -> Desired:
    """What was deployed: what the content wants, or that disabled, as rules are whose tables are missing."""
    if owned is None or "enabled" not in own.body["properties"] or digest(normal(own)) == owned.digest:
        return own
    disabled = replace(own, body={**own.body, "properties": {**own.body["properties"], "enabled": False}})
    return disabled if digest(normal(disabled)) == owned.digest else own


def _with_own_description(live: Live, own: Desired) -> Live:
    """A rule that Sentinel has disabled, without what Sentinel has put into its description."""
    properties = live.body.get("properties") or {}
    description = own.body["properties"].get("description")
    if not live.title.startswith(AUTO_DISABLED) or text(description) not in text(properties.get("description")):
        return live
    return replace(live, body={**live.body, "properties": {**properties, "description": description}})


def _edits(content: Content, live: Live, before: Converted, now: Converted, found: set[str]) -> Sequence[Edit]:
    old, new, written = before.data, now.data, content.document.data
    if isinstance(content, Workbook):
        if "serializedData" in found:
            raise Inexpressible(f"its page was changed in the portal; change {content.path} by hand")
        old, new = ({name: data[name] for name in _CALLED if name in data} for data in (old, new))
    if isinstance(content, Watchlist):
        old = old | {"columns": written["columns"]}
        new = new | {"columns": with_columns(written["columns"], live)}
    return list(differences(written, old, new))


def _rows(here: Content, live: Live, instead: str | None) -> dict[str, str]:
    """The file with the rows of a watchlist; `instead`: the one that the workspace has in its place."""
    assert isinstance(here, Watchlist)
    names = [each["name"] for each in with_columns(here.document.data["columns"], live)]
    return {instead or _beside(here): rows_text(live, names, here.rows)}


def _beside(watchlist: Content) -> str:
    return PurePosixPath(watchlist.path).with_suffix(".csv").as_posix()


def _page(content: Workbook, data: dict[str, Any]) -> dict[str, Any]:
    """The data of a file in Azure's JSON, which need not say how it is called where that follows from its path."""
    implied = {"id", "name"} if data.get("name") == content.name else {"id"}
    return {name: value for name, value in data.items() if name in content.document.data or name not in implied}


def _refuse_overridden(found: set[str], may_differ: frozenset[str]) -> None:
    if overridden_fields := sorted(each for each in found if each in may_differ):
        names = ", ".join(overridden_fields)
        raise Inexpressible(f"workspaces.yaml says what it has there as {names}: change that")
    raise Inexpressible(f"content cannot say what it has as {', '.join(sorted(found))}")


def _as_they_are(project: Project, content: Content, said: Mapping[str, Any]) -> dict[str, str]:
    """All files that the content consists of."""
    paths = [content.path]
    if isinstance(content, Watchlist):
        paths += [_beside(content), *([said["rows"]] if "rows" in said else [])]
    return {path: (project.root / path).read_text(encoding="utf-8-sig") for path in paths}
