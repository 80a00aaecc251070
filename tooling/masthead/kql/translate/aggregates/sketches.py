"""Aggregates that keep a group for later: hll and tdigest, their merges, and buildschema.

Kusto keeps estimates. Here the values themselves are kept, distinct for hll and with their weights for tdigest, so that
dcount_hll() and percentile_tdigest() are exact. What such a value looks like is nobody's business, in Kusto as here.
"""

from __future__ import annotations

from masthead.kql.translate.aggregates.basic import predicate
from masthead.kql.translate.aggregates.collections import order
from masthead.kql.translate.calls import AggregateCall
from masthead.kql.translate.registry import aggregate
from masthead.kql.translate.types import NUMERIC, TEMPORAL, refused


@aggregate("hll")
def hll(call: AggregateCall) -> str:
    present = f"{call.argument(0).sql} IS NOT NULL"
    return f"kq_hll(list(DISTINCT {call.argument(0, 'dynamic').sql}::VARCHAR){call.filter(present)})"


@aggregate("hll_if")
def hll_if(call: AggregateCall) -> str:
    return hll(predicate(call, 1))


@aggregate("hll_merge")
def hll_merge(call: AggregateCall) -> str:
    what = refused("hll_merge() of a value that hll() did not make")
    value = call.argument(0, "dynamic").sql
    values = f"list(kq_hll_values({value}, {what})){call.filter(f'{value} IS NOT NULL')}"
    return f"kq_hll(list_distinct(flatten({values})))"


@aggregate("tdigest")
def tdigest(call: AggregateCall) -> str:
    """Null of no values, as documented."""
    value = call.argument(0)
    if value.type not in (*NUMERIC, *TEMPORAL):
        raise call.unsupported(f"tdigest() of a {value.type}")
    weight = call.argument(1, "long").sql if call.count > 1 else "1"
    present = [f"{value.sql} IS NOT NULL"] + ([f"{weight} > 0"] if call.count > 1 else [])
    spelled = f"kq_real_json({value.sql})" if value.type == "real" else value.sql
    pair = f"'[' || {spelled}::VARCHAR || ',' || ({weight})::VARCHAR || ']'"
    kind = "long" if value.type == "int" else value.type
    pairs = f"string_agg({pair}, ',' ORDER BY {value.sql}){call.filter(*present)}"
    return f"""('{{"tdigest":{{"{kind}":[' || {pairs} || ']}}}}')::JSON"""


@aggregate("tdigest_merge merge_tdigest")
def tdigest_merge(call: AggregateCall) -> str:
    value = call.argument(0, "dynamic").sql
    return f"kq_tdigest_merged(list({value}::VARCHAR){call.filter(f'{value} IS NOT NULL')})::JSON"


@aggregate("buildschema")
def buildschema(call: AggregateCall) -> str:
    """Types that differ are listed in the order in which they first appear."""
    return f"kq_schema(list({call.argument(0, 'dynamic').sql}::VARCHAR{order(call)}))::JSON"
