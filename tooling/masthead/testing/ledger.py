"""The ledger: where detections fired when it was written, and how often. A run in which one fires otherwise fails."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from masthead.content.model import Query
from masthead.testing.complaints import Verdict
from masthead.testing.everywhere import alerts_of, alerts_text, read_firings

HINT = "hint: if that is right, write the ledger again: masthead test --everywhere --firings FILE"


class Ledger:
    """The alerts of each detection on each recording; none where nothing is written."""

    def __init__(self, name: str, text: str) -> None:
        """The ledger in `text`, of which `name` says where it stands. Raises ValueError for a text that is none."""
        self.name = name
        self._alerts = {(each.detection, each.recording): each.alerts for each in read_firings(text)}

    @classmethod
    def read(cls, path: Path) -> Self:
        """The ledger at `path`. Raises OSError, and ValueError for a file that holds none."""
        return cls(path.name, path.read_text(encoding="utf-8"))

    def speaks_of(self, rule: Query, recording: str | None) -> bool:
        """Whether alerts of the detection on the recording are written down."""
        return (rule.path, recording) in self._alerts

    def written(self, rule: Query, recording: str | None) -> dict[str, int]:
        """The alerts of the detection on the recording that are written down, by severity."""
        return self._alerts.get((rule.path, recording), {})

    def contradiction(self, verdict: Verdict, rule: Query) -> str | None:
        """How the alerts of a verdict differ from those written down; None where they do not, and for logs that are
        not one recording as it is."""
        if verdict.case.recording is None:
            return None
        written, came = self.written(rule, verdict.case.recording), alerts_of(verdict)
        if written == came:
            return None
        return (
            f"{self.name} has {alerts_text(written)} for {rule.path} on {verdict.case.recording}, got "
            f"{alerts_text(came)}"
        )
