"""Where new files go, and by which words a pull is narrowed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from masthead.content.layout import FOLDERS, Kind
from masthead.content.patterns import matches
from masthead.content.schema import closest
from masthead.workspace.contents import RESOURCES
from masthead.workspace.errors import WorkspaceError
from masthead.workspace.resources import Key, ResourceKind

PULLED = "pulled"
"""The folder in place of a use case, which only a reader can tell."""

_LONGEST = 60
_BY_USE_CASE = (Kind.DETECTION, Kind.HUNTING_QUERY, Kind.WORKBOOK)
_KINDS = {resource: kind for kind, resource in RESOURCES.items()}


class Whose(StrEnum):
    """Which resources: all, those that the content has or Masthead deployed, or the others."""

    ALL = "all"
    OURS = "ours"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Selection:
    """What is pulled: of these kinds, and of these patterns of paths; everything where nothing is said."""

    kinds: frozenset[ResourceKind] = frozenset()
    patterns: tuple[str, ...] = ()
    whose: Whose = Whose.ALL

    def may_take(self, kind: ResourceKind) -> bool:
        """Whether resources of this kind can be meant."""
        return kind in self.kinds or bool(self.patterns) or not self.kinds

    def takes(self, key: Key, path: str, ours: bool) -> bool:
        """Whether the resource is meant that is, or would be, the content at `path`."""
        if self.whose is not Whose.ALL and ours is not (self.whose is Whose.OURS):
            return False
        if not self.kinds and not self.patterns:
            return True
        return key.kind in self.kinds or any(_means(each, key, path) for each in self.patterns)


def selection(words: Iterable[str], whose: Whose) -> Selection:
    """What the words of a command mean: kinds of content, patterns of paths, and ids. Raises WorkspaceError."""
    kinds, patterns = set(), []
    for word in words:
        if word.lower() in _WORDS:
            kinds.add(_WORDS[word.lower()])
        elif "/" in word or "*" in word or "-" in word:
            patterns.append(word)
        else:
            near = closest(word, _WORDS)
            known = ", ".join(FOLDERS[kind] for kind in RESOURCES)
            hint = f'Did you mean "{near}"?' if near else f"Name a kind ({known}), or a pattern like detections/rbac/*."
            raise WorkspaceError(f'"{word}" is no kind of content', hint)
    return Selection(frozenset(kinds), tuple(patterns), whose)


def _words() -> dict[str, ResourceKind]:
    words = {}
    for kind, resource in RESOURCES.items():
        name = resource.replace(" ", "-")
        plural = name.removesuffix("y") + "ies" if name.endswith("y") else f"{name}s"
        words |= dict.fromkeys((FOLDERS[kind], name, plural), resource)
    return words


_WORDS = _words()


def _means(pattern: str, key: Key, path: str) -> bool:
    return pattern.lower() == key.id.lower() or matches(pattern, path)


def new_path(kind: ResourceKind, title: str, id: str, taken: Collection[str]) -> str:
    """The file for a resource that the content does not have, at none of the paths `taken`."""
    of = _KINDS[kind]
    folder = f"{FOLDERS[of]}/{PULLED}" if of in _BY_USE_CASE else FOLDERS[of]
    suffix = ".workbook" if of is Kind.WORKBOOK else ".yaml"
    short = re.sub(r"[^a-z0-9]", "", id.lower())[:8]
    path = f"{folder}/{_slug(title) or short}{suffix}"
    return path if path not in taken else f"{folder}/{_slug(title) or 'untitled'}-{short}{suffix}"


def _slug(title: str) -> str:
    if " " not in title:  # a name in KQL
        title = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", title)
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower().replace("'", "")
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return slug if len(slug) <= _LONGEST else slug[: _LONGEST + 1].rpartition("-")[0] or slug[:_LONGEST]
