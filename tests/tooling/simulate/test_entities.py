"""Entities and their caps."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from masthead.content.model import EntityMapping, FieldMapping
from masthead.simulate.entities import Entity, entities_of
from masthead.simulate.semantics import DEFAULT


def mapping(entity_type: str, **columns: str) -> EntityMapping:
    return EntityMapping(entity_type, tuple(FieldMapping(name, column) for name, column in columns.items()))


ACCOUNT = mapping("Account", Name="Actor", UPNSuffix="Domain")
IP = mapping("IP", Address="Ip")


def test_every_row_gives_its_entities_once() -> None:
    rows = [
        {"Actor": "alice", "Domain": "example.com", "Ip": "192.0.2.1"},
        {"Actor": "bob", "Domain": None, "Ip": "192.0.2.1"},
    ]
    entities, notes = entities_of([ACCOUNT, IP], rows, DEFAULT)
    assert entities == (
        Entity("Account", (("Name", "alice"), ("UPNSuffix", "example.com"))),
        Entity("Account", (("Name", "bob"),)),
        Entity("IP", (("Address", "192.0.2.1"),)),
    )
    assert notes == ()
    assert entities[0].as_dict() == {"Name": "alice", "UPNSuffix": "example.com"}


@pytest.mark.parametrize(
    ("mapped", "row"),
    [
        (ACCOUNT, {"Actor": "", "Domain": "example.com"}),
        (IP, {"Ip": None}),
        (IP, {}),
        (mapping("FileHash", Algorithm="A", Value="V"), {"A": "SHA256", "V": ""}),
    ],
)
def test_without_a_required_identifier_there_is_no_entity(mapped: EntityMapping, row: dict[str, str]) -> None:
    assert entities_of([mapped], [row], DEFAULT) == ((), ())


def test_an_account_with_nothing_but_a_generic_name_is_dropped_and_said() -> None:
    weak, strong = {"Actor": "Root"}, {"Actor": "root", "Domain": "example.com"}
    note = "the account Root is dropped: the name is generic and nothing else identifies it"
    assert entities_of([ACCOUNT], [weak], DEFAULT) == ((), (note,))
    assert len(entities_of([ACCOUNT], [strong], DEFAULT)[0]) == 1
    assert len(entities_of([ACCOUNT], [weak], replace(DEFAULT, drop_generic_accounts=False))[0]) == 1


def test_the_mappings_share_five_hundred_entities_equally() -> None:
    rows = [{"Actor": f"user{n}", "Ip": f"192.0.2.{n % 3}"} for n in range(400)]
    entities, notes = entities_of([ACCOUNT, IP], rows, DEFAULT)
    assert [entity.type for entity in entities] == ["Account"] * 250 + ["IP"] * 3
    assert notes == ("150 Account entities beyond the mapping's share of 250",)


def test_mappings_and_identifiers_beyond_the_limit_are_left_out() -> None:
    many = [mapping("IP", Address=f"Ip{n}") for n in range(12)]
    row = {f"Ip{n}": f"192.0.2.{n}" for n in range(12)}
    entities, notes = entities_of(many, [row], DEFAULT)
    assert (len(entities), notes) == (10, ("only the first 10 entity mappings count",))
    wide = mapping("Account", Name="A", Sid="B", PUID="C", ObjectGuid="D")
    assert entities_of([wide], [dict.fromkeys("ABCD", "x")], DEFAULT)[0] == (
        Entity("Account", (("Name", "x"), ("Sid", "x"), ("PUID", "x"))),
    )


def test_entities_stop_at_sixty_four_kilobytes() -> None:
    rows = [{"Ip": f"{n:02d}" + "x" * 10_000} for n in range(10)]
    entities, notes = entities_of([IP], rows, DEFAULT)
    assert (len(entities), notes) == (6, ("entities beyond 64 KB",))


@given(st.lists(st.lists(st.text(max_size=300), min_size=12, max_size=12), max_size=60), st.integers(1, 12))
def test_caps_hold_for_any_rows(table: list[list[str]], mappings: int) -> None:
    rows = [{f"c{n}": value for n, value in enumerate(values)} for values in table]
    small = replace(DEFAULT, entities_per_alert=50, entities_bytes=4096)
    entities, _ = entities_of([mapping("URL", Url=f"c{n}") for n in range(mappings)], rows, small)
    assert len(entities) <= 50
    assert len(set(entities)) == len(entities)
    written = [{"Type": entity.type} | entity.as_dict() for entity in entities]
    assert len(json.dumps(written, ensure_ascii=False, separators=(",", ":")).encode()) <= 4096
