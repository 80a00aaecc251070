"""What somebody has changed in the portal, as changes of the values of a content file."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from masthead.content.document import ValuePath


class _Removed:
    """There is no value any more."""

    def __repr__(self) -> str:
        return "REMOVED"


REMOVED: Final = _Removed()


@dataclass(frozen=True, slots=True)
class Edit:
    """The value at a path becomes another. order: the keys of its mapping as content orders them."""

    path: ValuePath
    value: Any
    order: Sequence[str] = ()


def differences(written: Any, own: Any, live: Any, path: ValuePath = (), order: Sequence[str] = ()) -> Iterator[Edit]:
    """How to change the data `written` so that it says what `live` says where `own` says something else.

    `own` and `live` are made of two resources in the same way, so that they differ only where these do. A file may
    spell the same otherwise, or say more.
    """
    if own == live:
        return
    if isinstance(written, Mapping) and isinstance(own, Mapping) and isinstance(live, Mapping):
        for key in [*live, *(each for each in own if each not in live)]:
            before, now = own.get(key, REMOVED), live.get(key, REMOVED)
            if before == now:
                continue
            if before is REMOVED or now is REMOVED or key not in written:
                if now is not REMOVED or key in written:
                    yield Edit((*path, key), now, list(live))
            else:
                yield from differences(written[key], before, now, (*path, key), list(live))
    elif isinstance(live, list) and isinstance(own, list) and written == own and len(own) == len(live):
        for index, (before, now) in enumerate(zip(own, live, strict=True)):
            yield from differences(written[index], before, now, (*path, index))
    else:
        yield Edit(path, live, order)


def applied(written: Mapping[str, Any], edits: Sequence[Edit]) -> dict[str, Any]:
    """The data after the edits."""
    data = copy.deepcopy(dict(written))
    for edit in edits:
        *steps, last = edit.path
        place: Any = data
        for step in steps:
            place = place[step]
        if edit.value is REMOVED:
            place.pop(last, None)
        else:
            place[last] = edit.value
    return data
