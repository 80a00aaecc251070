"""What differs between two normalised resources, field by field."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass
from typing import Any

from masthead.workspace.normal import Normal

ABSENT = None
"""The value of a field that one side does not have: Sentinel makes no difference between that and null."""

AUTO_DISABLED = "AUTO DISABLED"
"""What Sentinel puts before the name of a rule that it has disabled because it kept failing."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field by its dotted name, with the old value and the new one, normalised."""

    field: str
    old: Any
    new: Any

    @property
    def is_long(self) -> bool:
        """Whether its values are better shown line by line."""
        return any("\n" in each for each in (_text(self.old), _text(self.new)))

    def lines(self, context: int = 2) -> list[str]:
        """The difference as lines of a diff: ' ' before what stays, '-' and '+' before old and new, '…' for a cut."""
        found = list(difflib.unified_diff(_lines(self.old), _lines(self.new), n=context, lineterm=""))[2:]
        shown = [each for each in found if not each.startswith(("@@ -1,", "@@ -1 ", "@@ -0,"))]  # nothing before it
        return ["…" if each.startswith("@@") else each for each in shown]


def changes(old: Normal, new: Normal) -> tuple[FieldChange, ...]:
    """The fields of which `new` has another value, in the order of their names."""
    return tuple(
        FieldChange(name, old.get(name, ABSENT), new.get(name, ABSENT))
        for name in sorted({*old, *new})
        if old.get(name, ABSENT) != new.get(name, ABSENT)
    )


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
        return "\n".join(json.dumps(each, ensure_ascii=False, sort_keys=True) for each in value)
    return json.dumps(value, ensure_ascii=False, indent=2 if isinstance(value, dict) else None, sort_keys=True)


def _lines(value: Any) -> list[str]:
    return _text(value).split("\n") if value is not None else []
