"""A workbook as the API takes it: its page as text within a resource of Azure's."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import UUID, uuid5

from masthead.content.patterns import named
from masthead.content.workbooks import Workbook
from masthead.workbooks.notebook import notebook, notebook_text

CATEGORY = "sentinel"
NOTEBOOK = "Notebook/1.0"
TITLE_TAG = "hidden-title"
"""The tag by which lists of resources call a workbook, whose own name is a GUID."""

OWN_KEYS = ("id", "name", "description")
"""Keys that a file in Azure's JSON may have beside Azure's own: how the resource is called. They are not deployed."""

_NAMESPACE = UUID("5b8f5c1e-6a0d-4d6c-9d55-0c3c6a7f2b10")
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def workbook_id(workbook: Workbook) -> str:
    """The name of its resource: its id, in a file of Azure's JSON the key `id`, and without one a GUID of its path."""
    if workbook.id is not None:
        return workbook.id.lower()
    own = workbook.document.data.get("id")
    if isinstance(own, str) and _GUID.fullmatch(own):
        return own.lower()
    return str(uuid5(_NAMESPACE, named(workbook.path)))


def workbook_body(workbook: Workbook, workspace_id: str, location: str | None) -> dict[str, Any]:
    """The body of a PUT of the workbook, which belongs to the workspace with the id `workspace_id`.

    location: the region it is kept in, which the API insists on; left out while it is not known.
    """
    properties = {
        "displayName": workbook.name,
        "description": _description(workbook),
        "serializedData": serialized(workbook),
        "version": NOTEBOOK,
        "category": CATEGORY,
        "sourceId": workspace_id,
    }
    where = {"location": location} if location else {}
    return {
        "kind": "shared",
        **where,
        "tags": {TITLE_TAG: workbook.name},
        "properties": {name: value for name, value in properties.items() if value},
    }


def serialized(workbook: Workbook) -> str:
    """The workbook's page as JSON."""
    if workbook.id is not None:
        return notebook_text(workbook)
    page = {name: value for name, value in notebook(workbook).items() if name not in OWN_KEYS}
    return json.dumps(page, indent=2, ensure_ascii=False) + "\n"


def _description(workbook: Workbook) -> str:
    if workbook.id is not None:
        return workbook.description
    own = workbook.document.data.get("description")
    return own if isinstance(own, str) else ""
