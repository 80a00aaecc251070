"""The entities of an alert: who and what took part, from the columns that a rule maps."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from masthead.content.model import EntityMapping
from masthead.simulate.entity_types import ENTITY_TYPES, GENERIC_ACCOUNTS, STRONG_ACCOUNTS
from masthead.simulate.semantics import Semantics
from masthead.simulate.values import Row, text_of


@dataclass(frozen=True, slots=True)
class Entity:
    """An entity: its type and its identifiers with their values, in the order of the mapping."""

    type: str
    identifiers: tuple[tuple[str, str], ...]

    def as_dict(self) -> dict[str, str]:
        """The identifiers by name."""
        return dict(self.identifiers)


def entities_of(
    mappings: Sequence[EntityMapping], rows: Iterable[Row], semantics: Semantics
) -> tuple[tuple[Entity, ...], tuple[str, ...]]:
    """The entities that the mappings find in the rows, each once, and notes on those that Sentinel leaves out."""
    used = mappings[: semantics.entity_mappings]
    notes: dict[str, None] = {}
    if len(mappings) > len(used):
        notes[f"only the first {semantics.entity_mappings} entity mappings count"] = None
    share = semantics.entities_per_alert // max(1, len(used))
    rows = list(rows)
    found: dict[Entity, None] = {}
    for mapping in used:
        mapped = dict.fromkeys(entity for row in rows if (entity := _entity(mapping, row, semantics, notes)))
        if len(mapped) > share:
            notes[f"{len(mapped) - share} {mapping.entity_type} entities beyond the mapping's share of {share}"] = None
        found.update(dict.fromkeys(list(mapped)[:share]))
    return _within_size(found, semantics, notes), tuple(notes)


def _entity(mapping: EntityMapping, row: Row, semantics: Semantics, notes: dict[str, None]) -> Entity | None:
    identifiers = {
        field.identifier: text
        for field in mapping.fields[: semantics.identifiers_per_mapping]
        if (text := text_of(row.get(field.column_name)))
    }
    known = ENTITY_TYPES.get(mapping.entity_type)
    if not identifiers or (known and not known.identified_by(identifiers)):
        return None
    if mapping.entity_type == "Account" and semantics.drop_generic_accounts and _is_generic(identifiers):
        notes[f"the account {identifiers['Name']} is dropped: the name is generic and nothing else identifies it"] = (
            None
        )
        return None
    return Entity(mapping.entity_type, tuple(identifiers.items()))


def _is_generic(identifiers: dict[str, str]) -> bool:
    strong = any(all(name in identifiers for name in each) for each in STRONG_ACCOUNTS)
    return not strong and identifiers.get("Name", "").strip().upper() in GENERIC_ACCOUNTS


def _within_size(found: Iterable[Entity], semantics: Semantics, notes: dict[str, None]) -> tuple[Entity, ...]:
    kept: list[Entity] = []
    size = len("[]")
    for entity in found:
        described = {"Type": entity.type} | entity.as_dict()
        size += len(json.dumps(described, ensure_ascii=False, separators=(",", ":")).encode()) + 1
        if size > semantics.entities_bytes:
            notes[f"entities beyond {semantics.entities_bytes // 1024} KB"] = None
            break
        kept.append(entity)
    return tuple(kept)
