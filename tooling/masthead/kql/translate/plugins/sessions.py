"""session_count: how many sessions, appearances close upon each other, there are in each bin.

The documentation does not say in which bins a session counts that goes on from one into the next, nor what the window
to look back is measured from. So it is answered where that does not matter, and refused where it does.
"""

from __future__ import annotations

from masthead.kql.translate.calls import PluginCall
from masthead.kql.translate.model import Relation
from masthead.kql.translate.plugins.timelines import Timeline
from masthead.kql.translate.registry import plugin


@plugin("session_count")
def session_count(call: PluginCall) -> Relation:
    """For each bin: the sessions in it, each of an id whose sessions end with the bin."""
    line = Timeline(call, 2)
    step, window = line.lengths
    rows = line.binned(step, window)
    last = f"lag({{}}) OVER (PARTITION BY who{line.listed} ORDER BY moment)"
    gaps = (
        f"SELECT bin{line.listed}, moment - {last.format('moment')} AS gap, {last.format('bin')} AS bin_before, "
        f"bin * ({step}) + ({line.start}) AS begun, {last.format('moment')} AS before FROM {rows} AS s"
    )
    unclear = {
        f"({window}) < 0": "with a window to look back that is below 0",
        f"gap = ({window}) AND gap > 0": "with a window to look back as long as the time between two appearances",
        f"gap > ({window}) AND bin = bin_before": "with two sessions of an id in one bin",
        f"bin <> bin_before AND before >= begun - ({window})": "with an id of one bin seen shortly before the next",
    }
    sql = (
        f"SELECT bin{line.listed}, count(*) FILTER (bin_before IS NULL OR bin <> bin_before) AS sessions "
        f"FROM ({gaps}) AS s WHERE {line.refusing(unclear)} GROUP BY bin{line.listed}"
    )
    return line.result(sql, step, ["sessions"])
