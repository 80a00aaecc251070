"""The cases that have passed, by what they depend on, in a file under .masthead/cache that is sealed."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from masthead.content.sealed import read_sealed, write_sealed
from masthead.kql.language.snapshot import cache_folder

_FILE = "passed.json"
_MOST = 20_000  # keys, of which those that nobody met for longest are let go


class Passed:
    """The keys, from `Ingredients.key`, of the cases of the project at `root` that have passed."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._known = _read(root)
        self._met: dict[str, bool] = {}  # in this session, and whether it passed

    def __contains__(self, key: str) -> bool:
        return self._met.get(key, key in self._known)

    def tell(self, key: str, passed: bool) -> None:
        """Remember how a case with this key ended. One that fails has not passed, whatever was."""
        self._met[key] = passed and self._met.get(key, True)

    def save(self) -> None:
        """Write down what this session met, and what others have written meanwhile."""
        known = {key: None for key in _read(self._root) if key not in self._met}
        known |= {key: None for key, passed in self._met.items() if passed}
        body = json.dumps(list(known)[-_MOST:], separators=(",", ":")).encode()
        write_sealed(self._root, _FILE, body, cache_folder())


def _read(root: Path) -> dict[str, None]:
    with contextlib.suppress(ValueError, TypeError, RecursionError):
        return dict.fromkeys(json.loads(read_sealed(root, _FILE, cache_folder()) or b"[]"))
    return {}
