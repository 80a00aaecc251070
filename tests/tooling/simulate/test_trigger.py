"""How the number of rows is compared with the threshold."""

from __future__ import annotations

import pytest

from masthead.simulate.trigger import triggers


@pytest.mark.parametrize(
    ("comparison", "threshold", "counts"),
    [
        ("gt", 2, [3, 4]),
        ("lt", 2, [0, 1]),
        ("eq", 2, [2]),
        ("ne", 2, [0, 1, 3, 4]),
        (None, None, [1, 2, 3, 4]),
    ],
)
def test_a_count_triggers_by_the_rules_comparison(
    comparison: str | None, threshold: int | None, counts: list[int]
) -> None:
    assert [count for count in range(5) if triggers(count, comparison, threshold)] == counts
