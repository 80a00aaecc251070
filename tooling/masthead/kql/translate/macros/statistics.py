"""Macros of percentiles over sorted lists."""

from __future__ import annotations

from masthead.kql.translate.registry import macro

# The smallest value that at least p percent of the values do not exceed; the smallest of all for p = 0.
macro("kq_nearest", "(l, p) AS l[greatest(1, ceil(p * len(l) / 100.0))::BIGINT]")
# The same, where each value {v, w} counts w times.
macro(
    "kq_nearest_weighted",
    "(l, p) AS list_filter(l, lambda e, i: list_sum(list_transform(l[1:i], lambda x: x.w)) * 100 >= "
    "p * list_sum(list_transform(l, lambda x: x.w)))[1].v",
)
