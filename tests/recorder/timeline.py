"""The clock of a recording: a run of minutes on the machine that records becomes a day in the rows."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

AGE = timedelta(days=21)
"""How much older all becomes that existed before the recording: real clusters are not built minutes before."""

_INSTANT = re.compile(r"(?<!\d)(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z(?!\w)")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
# Texts have up to nanoseconds, so the arithmetic is in them, on whole numbers.
_PER_SECOND = 10**9


class Timeline:
    """Maps real instants to recorded ones, in order.

    Between two anchors, pairs of (real, recorded), time runs evenly; after the last one as fast as in reality; and
    before the first one too, but `AGE` earlier.

    Kubernetes writes most times in whole seconds, cut off. So let a leap of the clock begin and end on whole seconds,
    with nothing done between them: otherwise an object that was created just after it seems created before it.

    Raises ValueError unless there are anchors, with time zones, and both clocks go forward from each to the next.
    """

    def __init__(self, anchors: Sequence[tuple[datetime, datetime]]) -> None:
        if not anchors:
            raise ValueError("a timeline needs an anchor: a pair of a real and a recorded instant")
        for number, anchor in enumerate(anchors, 1):
            if any(instant.utcoffset() is None for instant in anchor):
                raise ValueError(f"anchor {number} has an instant without a time zone")
        for number, (before, after) in enumerate(pairwise(anchors), 2):
            for clock, earlier, later in zip(("real", "recorded"), before, after, strict=True):
                if later <= earlier:
                    raise ValueError(
                        f"anchors are out of order: the {clock} instant of anchor {number}, {later.isoformat()}, "
                        f"is not after the one before it, {earlier.isoformat()}"
                    )
        self._real = [_nanoseconds(real - _EPOCH) for real, _ in anchors]
        self._recorded = [_nanoseconds(recorded - _EPOCH) for _, recorded in anchors]
        self._first = self._real[0] - _nanoseconds(timedelta(days=1))
        self._last = self._real[-1] + _nanoseconds(timedelta(days=3653))

    def move(self, instant: datetime) -> datetime:
        """The recorded instant for a real one, to the microsecond, in UTC."""
        return _EPOCH + timedelta(microseconds=self._move(_nanoseconds(instant - _EPOCH)) // 1000)

    def move_text(self, text: str) -> str:
        """`text` with each real instant replaced by the recorded one, with as many digits.

        Real are the instants like 2026-01-31T08:00:00.123456Z that lie between a day before the first anchor and ten
        years after the last, which is how long certificates are valid. All others stay.
        """
        return _INSTANT.sub(self._move_match, text)

    def _move(self, real: int) -> int:
        index = bisect_right(self._real, real) - 1
        if index < 0:
            return self._recorded[0] - (self._real[0] - real) - _nanoseconds(AGE)
        passed = real - self._real[index]
        if index + 1 < len(self._real):
            recorded = self._recorded[index + 1] - self._recorded[index]
            passed = passed * recorded // (self._real[index + 1] - self._real[index])
        return self._recorded[index] + passed

    def _move_match(self, match: re.Match[str]) -> str:
        seconds, digits = match[1], match[2] or ""
        try:
            whole = datetime.fromisoformat(seconds).replace(tzinfo=UTC)
        except ValueError:  # looks like an instant, as 2026-02-30T25:00:00Z does, and is none
            return match[0]
        real = _nanoseconds(whole - _EPOCH) + int(digits.ljust(9, "0"))
        if not self._first <= real <= self._last:
            return match[0]
        since, fraction = divmod(self._move(real), _PER_SECOND)
        moved = (_EPOCH + timedelta(seconds=since)).strftime("%Y-%m-%dT%H:%M:%S")
        return f"{moved}.{fraction:09d}"[: len(match[0]) - 1] + "Z"


def _nanoseconds(duration: timedelta) -> int:
    return duration // _MICROSECOND * 1000
