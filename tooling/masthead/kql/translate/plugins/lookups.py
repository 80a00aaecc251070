"""ipv4_lookup and ipv6_lookup: rows joined to a table of networks by their addresses."""

from __future__ import annotations

from masthead.kql.translate.calls import PluginCall
from masthead.kql.translate.functions.ipv6 import parsed_ipv6
from masthead.kql.translate.model import ColumnRef, Relation, identifiers
from masthead.kql.translate.registry import macro, plugin, python_function
from masthead.kql.translate.types import quote

# An address or network, as {a, p}; NULL for anything else.
macro("kq_network", "(s) AS kq_ipv4(s)", by_name=True)
# Whether two networks are one, as far as the shorter of their prefixes reaches.
macro(
    "kq_same_network", "(x, y) AS (x.a >> (32 - least(x.p, y.p))::INTEGER) = (y.a >> (32 - least(x.p, y.p))::INTEGER)"
)


def _bits(text: str | None) -> str | None:
    """The bits of an IPv6 address or network, or of an IPv4 one as IPv6 has it, up to its prefix."""
    parsed = parsed_ipv6(text)
    return None if parsed is None else f"{parsed[0]:0128b}"[: parsed[1]]


python_function("kq_ipv6_bits", ["VARCHAR"], "VARCHAR")(_bits)
macro("kq_same_bits", "(a, b) AS starts_with(a, b) OR starts_with(b, a)")


@plugin("ipv4_lookup")
def ipv4_lookup(call: PluginCall) -> Relation:
    return _looked_up(call, "kq_network", "kq_same_network")


@plugin("ipv6_lookup")
def ipv6_lookup(call: PluginCall) -> Relation:
    return _looked_up(call, "kq_ipv6_bits", "kq_same_bits")


def _looked_up(call: PluginCall, network: str, same: str) -> Relation:
    """The rows beside those of the table whose network has their address. network, same: the macros that tell.

    Further keys are columns of both tables, equal in a match; the table's own are left out of the result.
    """
    translator, left = call.translator, call.relation
    unmatched, nodes = False, list(call.nodes)
    for node in list(nodes[3:]):
        named = node.kind == "SimpleNamedExpression"
        inner = node.child("Expression") if named else node
        if (named and node.child("Name").simple_name == "return_unmatched") or inner.type == "bool":
            unmatched = bool(translator.constant(inner, "return_unmatched"))
            nodes.remove(node)
    right = translator.tabular(nodes[0])
    own, theirs = left.column(nodes[1].simple_name), right.column(nodes[2].simple_name)
    if own is None or theirs is None or own.type != "string" or theirs.type != "string":
        raise call.unsupported(f"{call.name} by anything but two columns of strings")
    keys = [(left.column(n.simple_name), right.column(n.simple_name)) for n in nodes[3:]]
    if any(mine is None or other is None or mine.type != other.type for mine, other in keys):
        raise call.unsupported(f"{call.name} with a further key that is not a column of both tables")
    networked = f'(SELECT *, {network}({{}}) AS "$net" FROM {{}} AS s)'
    equal = "".join(
        f" AND l.{quote(mine.identifier)} IS NOT DISTINCT FROM r.{quote(other.identifier)}" for mine, other in keys
    )
    return matched(
        call,
        left.with_source(networked.format(quote(own.identifier), left.source)),
        right.with_source(networked.format(quote(theirs.identifier), right.source)),
        f'({same}(l."$net", r."$net")){equal}',
        left_out={other.identifier for _, other in keys},
        unmatched=unmatched,
    )


def matched(
    call: PluginCall, left: Relation, right: Relation, condition: str, *, left_out: set[str], unmatched: bool
) -> Relation:
    """The rows of two relations, l and r, beside each other where a condition holds.

    left_out: identifiers of columns of the right that the result does not have. unmatched: rows of the left without a
    match are kept. The binder names the columns.
    """
    want = call.node.columns or ()
    sides = [("l", c) for c in left.columns] + [("r", c) for c in right.columns if c.identifier not in left_out]
    if len(want) != len(sides):
        raise call.unsupported(f"this {call.name} (its columns are not what the language service expects)")
    parts, refs = [], []
    ids = identifiers([c.name for c in want])
    for (side, c), column, identifier in zip(sides, want, ids, strict=True):
        sql = f"{side}.{quote(c.identifier)}"
        parts.append(f"{f'coalesce({sql}, {chr(39) * 2})' if c.type == 'string' else sql} AS {quote(identifier)}")
        refs.append(ColumnRef(column.name, c.type, identifier))
    kind = "LEFT JOIN" if unmatched else "JOIN"
    sql = f"(SELECT {', '.join(parts)} FROM {left.source} AS l {kind} {right.source} AS r ON {condition})"
    return Relation(sql, tuple(refs))
