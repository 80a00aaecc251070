"""Macros of weighted percentiles over sorted lists."""

from __future__ import annotations

from masthead.kql.translate.registry import macro

# The smallest value that at least p percent of the values {v, w} do not exceed, each counting w times; the smallest of
# all for p = 0. The weights are summed up until they reach the share.
macro(
    "kq_nearest_weighted",
    "(l, p) AS CASE WHEN len(l) > 0 THEN list_transform([p * list_sum(list_transform(l, lambda e: e.w))], lambda wanted: "
    "list_reduce(l, lambda a, e: CASE WHEN a.w * 100 >= wanted THEN a ELSE struct_pack(v := e.v, w := a.w + e.w) END))[1].v END",
)
