"""Functions on IPv6 addresses, which take IPv4 addresses too: those are ::ffff:a.b.c.d, their prefixes 96 longer."""

from __future__ import annotations

import ipaddress
import json

from masthead.kql.translate.calls import Call
from masthead.kql.translate.convert import convert
from masthead.kql.translate.registry import python_function, scalar
from masthead.kql.translate.types import REFUSAL

_Parsed = tuple[int, int, bool]  # address, prefix, whether it is written as IPv4


def parsed_ipv6(text: str | None) -> _Parsed | None:
    """An address or network, with its prefix; None for what is neither."""
    address, slash, suffix = (text or "").partition("/")
    plain = ":" not in address
    try:
        if "." in address:
            number = 0xFFFF << 32 | int(ipaddress.IPv4Address(address.rpartition(":")[2]))
            if not plain and ipaddress.IPv6Address(address).packed[:10] != bytes(10):
                number = int(ipaddress.IPv6Address(address))
        else:
            number = int(ipaddress.IPv6Address(address)) if "%" not in address else None
    except ValueError:
        return None
    if number is None or (slash and not (suffix.isascii() and suffix.isdigit())):
        return None
    prefix = int(suffix) if slash else 128
    if slash and "." in address and prefix <= 32:
        prefix += 96
    return (number, prefix, plain) if prefix <= 128 else None


def _masked(number: int, prefix: int) -> int:
    return number >> (128 - prefix)


def _text(number: int, prefix: int) -> str:
    # not .exploded, which from Python 3.13 on spells mapped IPv4 addresses with dots
    digits = f"{_masked(number, prefix) << (128 - prefix):032x}"
    return ":".join(digits[i : i + 4] for i in range(0, 32, 4))


def _compare(first: str | None, second: str | None, prefix: int | None) -> int | None:
    a, b = parsed_ipv6(first), parsed_ipv6(second)
    if a is None or b is None or prefix is None or not 0 <= prefix <= 128:
        return None

    def order(bits: int) -> int:
        x, y = (_masked(p[0], min(bits, a[1], b[1])) for p in (a, b))
        return (x > y) - (x < y)

    if a[2] and b[2] and prefix <= 32 and order(prefix) != order(prefix + 96):
        raise ValueError(f"{REFUSAL}comparing IPv4 addresses as IPv6 with a prefix of {prefix}; use ipv4_compare()")
    return order(prefix)


def _within(text: str | None, ranges: str | None) -> bool | None:
    address = parsed_ipv6(text)
    if address is None:
        return None
    if address[1] != 128:
        raise ValueError(f"{REFUSAL}an address with a prefix, looked for in ranges")
    found = False
    for each in json.loads(ranges or "[]"):
        network = parsed_ipv6(each if isinstance(each, str) else None)
        if network is None:
            raise ValueError(f"{REFUSAL}an IPv6 range that is none")
        found = found or _masked(address[0], network[1]) == _masked(network[0], network[1])
    return found


def _canonical(text: str | None, prefix: int | None) -> str | None:
    address = parsed_ipv6(text)
    if address is None or prefix is None or not 0 <= prefix <= 128:
        return None
    return _text(address[0], min(prefix, address[1]))


python_function("kq_ipv6_compare", ["VARCHAR", "VARCHAR", "BIGINT"], "BIGINT")(_compare)
python_function("kq_ipv6_within", ["VARCHAR", "VARCHAR"], "BOOLEAN")(_within)
python_function("kq_ipv6_text", ["VARCHAR", "BIGINT"], "VARCHAR")(_canonical)

scalar("parse_ipv6", "text", "kq_ipv6_text({0}, 128)")
scalar("parse_ipv6_mask", "text, long", "kq_ipv6_text({0}, {1})")


def _pair(call: Call) -> str:
    return f"kq_ipv6_compare({call.sql[0]}, {call.sql[1]}, {call.sql[2] if call.count > 2 else '128'})"


@scalar("ipv6_compare", "text, text, long")
def ipv6_compare(call: Call) -> str:
    return _pair(call)


@scalar("ipv6_is_match", "text, text, long")
def ipv6_is_match(call: Call) -> str:
    return f"{_pair(call)} = 0"


@scalar("ipv6_is_in_range ipv6_is_in_any_range", "text, any*")
def ipv6_is_in_any_range(call: Call) -> str:
    lists = []
    for value, node in zip(call.arguments[1:], call.nodes[1:], strict=True):
        if value.type == "dynamic":
            lists.append(f"kq_element_texts({value.sql})")
        else:
            lists.append(f"[{convert(value, 'text', call.translator, node).sql}]")
    ranges = lists[0] if len(lists) == 1 else f"list_concat({', '.join(lists)})"
    return f"kq_ipv6_within({call.sql[0]}, to_json({ranges})::VARCHAR)"
