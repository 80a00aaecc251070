"""geo_info_from_ip_address: the place of an address, from a fixture with networks and their places."""

from __future__ import annotations

import ipaddress

from masthead.kql.translate.calls import Call
from masthead.kql.translate.outside import FIXTURE, GEOGRAPHY, how_to_provide
from masthead.kql.translate.registry import python_function, scalar
from masthead.kql.translate.types import quote, refused


@python_function("kq_address_digits", ["VARCHAR"], "VARCHAR")
def address_digits(text: str | None) -> str | None:
    """An IPv4 or IPv6 address as 32 digits that compare as addresses do, IPv4 mapped into IPv6; None for other text."""
    try:
        address = ipaddress.ip_address((text or "").strip())
    except ValueError:
        return None
    return f"{int(address) + (0xFFFF_0000_0000 if address.version == 4 else 0):032x}"


@scalar(GEOGRAPHY, "text")
def geo_info_from_ip_address(call: Call) -> str:
    """The place of the smallest network that the address lies in; null where it lies in none, or is no address.

    Without the fixture the first address that a row asks for is refused: without such rows the answer is right.
    """
    translator, table = call.translator, FIXTURE + GEOGRAPHY
    if table not in translator.tables:
        missing = refused(f"{GEOGRAPHY}() looks into a database of MaxMind; {how_to_provide(GEOGRAPHY)}")
        return f"CASE WHEN kq_address_digits({call.sql[0]}) IS NOT NULL THEN {missing}::JSON END"
    translator.read.add(table)
    networks = translator.cte(
        f"SELECT list({{'first': first, 'last': last, 'place': place}} ORDER BY bits DESC) AS l FROM {quote(table)}",
        "networks",
        materialized=True,
    )
    return (
        f"list_transform([{{'a': kq_address_digits({call.sql[0]}), 'l': (SELECT l FROM {networks})}}], lambda kq_x: "
        "list_filter(kq_x.l, lambda kq_n: kq_n.first <= kq_x.a AND kq_x.a <= kq_n.last)[1].place)[1]"
    )
