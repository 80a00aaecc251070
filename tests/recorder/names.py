"""Names that Kubernetes makes up, told so that they stay the same when a scenario is recorded again.

A pod of a ReplicaSet is called web-787f7dcc4b-5qmkp: the end is random, so a case that expects an alert about it would
fail after the next recording. The callers of a scenario do the same in the same order at every run (compare.py), so the
names are numbered in the order in which the callers mention them, and the number decides the letters.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from recorder.compare import REACTS

LETTERS = "bcdfghjklmnpqrstvwxz2456789"
"""What Kubernetes makes the random end of a name from."""

_NAME = re.compile(rf"[a-z0-9][a-z0-9.-]*-[{LETTERS}]{{5}}(?![a-z0-9])")
# kubectl debug makes names up as well, and says nowhere that it did.
_BY_KUBECTL = re.compile(rf"(node-)?debugger-([a-z0-9-]+-)?[{LETTERS}]{{5}}")


class Names:
    """The names made up in events of the audit log and in objects from before them; `told` is what each becomes."""

    def __init__(self, events: Iterable[Mapping[str, Any]], objects: Iterable[Mapping[str, Any]] = ()) -> None:
        events = list(events)
        made_up = {name for made in objects for name in _generated(made)}
        for event in events:
            made_up.update(_generated(event.get("responseObject")))
        first = [event for event in events if not REACTS.fullmatch(event["user"].get("username", ""))]
        self.told: dict[str, str] = {}
        numbers: Counter[str] = Counter()
        for name in (*_mentioned(first), *_mentioned(events), *sorted(made_up)):
            if name not in self.told and (name in made_up or _BY_KUBECTL.fullmatch(name)):
                base = name[:-5]
                self.told[name] = base + _letters(f"{base}{numbers[base]}")
                numbers[base] += 1

    def move_text(self, text: str) -> str:
        """`text` with each name that was made up replaced by the one it is told as."""
        return _NAME.sub(lambda match: self.told.get(match[0], match[0]), text)


def _generated(made: Any) -> Iterator[str]:
    """The name of an object, or of each in a list, that says its name was made up."""
    if isinstance(made, dict):
        metadata = made.get("metadata")
        if isinstance(metadata, dict) and metadata.get("generateName") and metadata.get("name"):
            yield metadata["name"]
        items = made.get("items")
        for item in items if isinstance(items, list) else ():
            yield from _generated(item)


def _mentioned(events: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """What looks like a name that was made up, in the order in which the events mention it."""
    for event in events:
        yield from (match[0] for match in _NAME.finditer(json.dumps(event, ensure_ascii=False)))


def _letters(seed: str) -> str:
    digest = hashlib.sha256(seed.encode()).digest()
    return "".join(LETTERS[byte % len(LETTERS)] for byte in digest[:5])
