"""A live workbook as content: Azure's own JSON, beside which stands how the resource is called."""

from __future__ import annotations

import json
import re
from typing import Any

from masthead.workspace.bodies.workbook import OWN_KEYS
from masthead.workspace.pull.converted import Converted, Inexpressible, guid, plain, text, without_empty
from masthead.workspace.resources import Live

_RESPELT = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def workbook_content(live: Live) -> Converted:
    """The workbook as the data of a file in JSON. Raises Inexpressible for a page that is none."""
    said = plain(live.body.get("properties") or {})
    try:
        page = json.loads(said.get("serializedData") or "")
    except ValueError:
        raise Inexpressible("its page is not JSON") from None
    if not isinstance(page, dict):
        raise Inexpressible("its page is not that of a workbook")
    if taken := [name for name in OWN_KEYS if name in page]:
        raise Inexpressible(f"its page has keys of its own that files use otherwise: {', '.join(taken)}")
    called = {
        "id": guid(live.key.id),
        "name": text(said.get("displayName")),
        "description": text(said.get("description")),
    }
    # Which version of the format it has the page says itself.
    return Converted(data=without_empty(called) | page, may_differ=frozenset({"version"}))


def json_text(data: dict[str, Any]) -> str:
    """The file: JSON that a reader of YAML reads alike."""
    made = json.dumps(data, indent=2, ensure_ascii=False) + "\n"
    return _RESPELT.sub(lambda found: f"\\u{ord(found[0]):04x}", made)
