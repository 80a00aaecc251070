"""Functions on IPv4 addresses, in SQL. An address may have a prefix: 10.1.2.3/8."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from ipaddress import IPv4Address, summarize_address_range

from masthead.kql.translate.calls import Call
from masthead.kql.translate.convert import convert
from masthead.kql.translate.registry import python_function, scalar
from masthead.kql.translate.types import REFUSAL, refused, string_literal


def _parsed(sql: str) -> str:
    """{a, p}: the address as a number and the length of its prefix; NULL for what is no address."""
    return f"kq_ipv4({sql})"


scalar("parse_ipv4", "text", "kq_ipv4_network(kq_ipv4({0}), 32)")
scalar("parse_ipv4_mask", "text, long", "kq_ipv4_network(kq_ipv4({0}), {1})")
scalar("ipv4_netmask_suffix", "text", "kq_ipv4({0}).p")
scalar("ipv4_is_private", "text", "kq_ipv4_private(kq_ipv4_network(kq_ipv4({0}), 32))")


def _pair(call: Call) -> str:
    prefix = call.sql[2] if call.count > 2 else "32"
    return f"kq_ipv4_order({_parsed(call.sql[0])}, {_parsed(call.sql[1])}, {prefix})"


@scalar("ipv4_compare", "text, text, long")
def ipv4_compare(call: Call) -> str:
    return _pair(call)


@scalar("ipv4_is_match", "text, text, long")
def ipv4_is_match(call: Call) -> str:
    return f"{_pair(call)} = 0"


@scalar("ipv4_is_in_range", "text, text")
def ipv4_is_in_range(call: Call) -> str:
    what = refused("ipv4_is_in_range() of an address with a prefix")
    return f"kq_ipv4_within({_parsed(call.sql[0])}, {_parsed(call.sql[1])}, {what})"


@scalar("ipv4_is_in_any_range", "text, any*")
def ipv4_is_in_any_range(call: Call) -> str:
    lists = []
    for value, node in zip(call.arguments[1:], call.nodes[1:], strict=True):
        if value.type == "dynamic":
            lists.append(f"kq_element_texts({value.sql})")
        else:
            lists.append(f"[{convert(value, 'text', call.translator, node).sql}]")
    ranges = lists[0] if len(lists) == 1 else f"list_concat({', '.join(lists)})"
    what = refused("ipv4_is_in_any_range() of what is no range, or of an address with a prefix")
    return f"kq_ipv4_within_any({_parsed(call.sql[0])}, {ranges}, {what})"


def _format(name: str, suffix: str) -> None:
    def emit(call: Call) -> str:
        value = call.arguments[0]
        if value.type in ("int", "long"):
            parsed = f"kq_ipv4_number({value.sql})"
        else:
            parsed = _parsed(convert(value, "text", call.translator, call.nodes[0]).sql)
        return f"kq_ipv4_text({parsed}, {call.sql[1] if call.count > 1 else '32'}, {suffix})"

    scalar(name, "any, long")(emit)


_format("format_ipv4", "false")
_format("format_ipv4_mask", "true")


@python_function("kq_ipv4_cidrs", ["BIGINT", "BIGINT"], "VARCHAR")
def _cidrs(first: int | None, last: int | None) -> str | None:
    if first is None or last is None:
        return None
    if first > last:
        raise ValueError(f"{REFUSAL}ipv4_range_to_cidr_list() of a range that ends before it starts")
    networks = summarize_address_range(IPv4Address(first), IPv4Address(last))
    return json.dumps([str(network) for network in networks])


@scalar("ipv4_range_to_cidr_list", "text, text")
def ipv4_range_to_cidr_list(call: Call) -> str:
    """The fewest networks that make up a range of addresses."""
    what = refused("ipv4_range_to_cidr_list() of an address with a prefix")
    first, last = (f"kq_ipv4_single({_parsed(text)}, {what})" for text in call.sql)
    return f"kq_ipv4_cidrs({first}, {last})::JSON"


# --- addresses in texts ----------------------------------------------------------------------------------------------
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"


# What an address stands between: what is no letter and no digit. A dot counts, where no digit is on its other side.
_PLAIN = r"(?:^|[^\p{L}\p{N}.]|(?:^|[^\p{N}])\.)", r"(?:$|[^\p{L}\p{N}.]|\.(?:$|[^\p{N}]))"
_LOOSE = r"(?:^|[^\p{L}\p{N}])", r"(?:$|[^\p{L}\p{N}])"


def _found(call: Call, body: str) -> str:
    """Whether a text has an address between characters that are no letters and digits. Where digits follow a dot right
    beside it, the documentation leaves open whether that is one: refused. `body`: SQL of what the address matches."""
    text = call.sql[0]
    what = refused(f"{call.name}() of a text in which the address is a part of a longer one")
    plain, loose = (f"{string_literal(b)} || {body} || {string_literal(e)}" for b, e in (_PLAIN, _LOOSE))
    matches = [f"WHEN regexp_matches({text}, {regex}) THEN" for regex in (plain, loose)]
    return f"CASE {matches[0]} true {matches[1]} {what} ELSE false END"


def _any_found(call: Call, regex: Callable[[str], str | None], computed: str) -> str:
    """Whether a text has one of the terms. `regex`: of a term, None of one that nothing matches; `computed`: the macro
    that gives those of a list of terms."""
    if all(a.constant for a in call.arguments[1:]):
        regexes = [r for r in map(regex, _terms(call)) if r is not None]
        return _found(call, string_literal(f"(?:{'|'.join(regexes)})")) if regexes else "false"
    lists = [
        f"kq_texts({a.sql})" if a.type == "dynamic" else f"[{convert(a, 'text', call.translator, n).sql}]"
        for a, n in zip(call.arguments[1:], call.nodes[1:], strict=True)
    ]
    terms = lists[0] if len(lists) == 1 else f"list_concat({', '.join(lists)})"
    regexes = f"{computed}({terms})"
    body = f"'(?:' || array_to_string({regexes}, '|') || ')'"
    return f"CASE WHEN len({regexes}) = 0 THEN false ELSE {_found(call, body)} END"


def _terms(call: Call) -> list[str]:
    out: list[str] = []
    for index in range(1, call.count):
        value = call.constant(index)
        out.extend(v for v in value if isinstance(v, str)) if isinstance(value, list) else out.append(str(value))
    return out


def _address(term: str) -> str | None:
    return re.escape(term) if re.fullmatch(rf"{_OCTET}(?:\.{_OCTET}){{3}}", term) else None


def _prefix(term: str) -> str | None:
    if re.fullmatch(rf"(?:{_OCTET}\.){{1,3}}", term):
        return re.escape(term) + rf"{_OCTET}(?:\.{_OCTET}){{{3 - term.count('.')}}}"
    return _address(term)


@scalar("has_ipv4 has_any_ipv4", "text, any*")
def has_ipv4(call: Call) -> str:
    return _any_found(call, _address, "kq_ipv4_searched")


@scalar("has_ipv4_prefix has_any_ipv4_prefix", "text, any*")
def has_ipv4_prefix(call: Call) -> str:
    return _any_found(call, _prefix, "kq_ipv4_searched_prefixes")
