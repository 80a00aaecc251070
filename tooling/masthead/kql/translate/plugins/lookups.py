"""ipv4_lookup: rows joined to a table of networks by their addresses."""

from __future__ import annotations

from masthead.kql.translate.calls import PluginCall
from masthead.kql.translate.model import ColumnRef, Relation, identifiers
from masthead.kql.translate.registry import macro, plugin
from masthead.kql.translate.types import quote

_PART = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[0-9]{1,2})"
_ADDRESS = rf"^{_PART}\.{_PART}\.{_PART}\.{_PART}(?:/(3[0-2]|[12]?[0-9]))?$"

# An address or network, as {ip, bits}; NULL for anything else.
macro(
    "kq_network",
    f"(s) AS CASE WHEN regexp_matches(trim(s), '{_ADDRESS}') THEN list_transform("
    f"[regexp_extract(trim(s), '{_ADDRESS}', ['a', 'b', 'c', 'd', 'n'])], lambda p: {{"
    "'ip': p.a::BIGINT * 16777216 + p.b::BIGINT * 65536 + p.c::BIGINT * 256 + p.d::BIGINT, "
    "'bits': CASE p.n WHEN '' THEN 32 ELSE p.n::BIGINT END})[1] END",
)
# Whether two networks are one, as far as the shorter of their prefixes reaches.
macro("kq_same_network", "(a, b) AS (a.ip >> (32 - least(a.bits, b.bits))) = (b.ip >> (32 - least(a.bits, b.bits)))")


@plugin("ipv4_lookup")
def ipv4_lookup(call: PluginCall) -> Relation:
    translator, left = call.translator, call.relation
    unmatched, nodes = False, list(call.nodes)
    for node in list(nodes[3:]):
        named = node.kind == "SimpleNamedExpression"
        inner = node.child("Expression") if named else node
        if (named and node.child("Name").simple_name == "return_unmatched") or inner.type == "bool":
            unmatched = bool(translator.constant(inner, "return_unmatched"))
            nodes.remove(node)
    if len(nodes) > 3:
        raise call.unsupported("ipv4_lookup with further keys")
    right = translator.tabular(nodes[0])
    own, theirs = left.column(nodes[1].simple_name), right.column(nodes[2].simple_name)
    if own is None or theirs is None or own.type != "string" or theirs.type != "string":
        raise call.unsupported("ipv4_lookup by anything but two columns of strings")
    want = call.node.columns or ()
    sides = [("l", c) for c in left.columns] + [("r", c) for c in right.columns]
    if len(want) != len(sides):
        raise call.unsupported("this ipv4_lookup (its columns are not what the language service expects)")
    parts, refs = [], []
    ids = identifiers([c.name for c in want])
    for (side, c), column, identifier in zip(sides, want, ids, strict=True):
        sql = f"{side}.{quote(c.identifier)}"
        parts.append(f"{f'coalesce({sql}, {chr(39) * 2})' if c.type == 'string' else sql} AS {quote(identifier)}")
        refs.append(ColumnRef(column.name, c.type, identifier))
    kind = "LEFT JOIN" if unmatched else "JOIN"
    networked = '(SELECT *, kq_network({}) AS "$net" FROM {} AS s)'
    sql = (
        f"(SELECT {', '.join(parts)} FROM {networked.format(quote(own.identifier), left.source)} AS l "
        f"{kind} {networked.format(quote(theirs.identifier), right.source)} AS r "
        'ON kq_same_network(l."$net", r."$net"))'
    )
    return Relation(sql, tuple(refs))
