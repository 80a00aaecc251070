"""Cases: which logs a detection or hunting query is given, and what it must make of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from masthead.content.document import Document, ValuePath
from masthead.content.durations import parse_duration
from masthead.content.instants import parse_instant
from masthead.content.layout import ContentFile, content_path
from masthead.content.location import Span
from masthead.content.model import Content
from masthead.content.schema import checked_data


@dataclass(frozen=True, slots=True)
class Clock:
    """When a case plays: the schedule runs from `start` to `end`, rows arrive `ingestion_delay` after they happen.

    None means the recording's own.
    """

    start: datetime | None = None
    end: datetime | None = None
    ingestion_delay: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Case:
    """One case.

    `logs` name recordings; `given` are KQL queries, each replacing the rows of the table it starts with; `expect` is
    what the file says, whose shape the schema of the kind fixes. `at` is the case's place in its document.
    """

    name: str
    logs: tuple[str, ...]
    given: tuple[str, ...]
    expect: dict[str, Any]
    clock: Clock
    settings: dict[str, Any]
    document: Document
    at: ValuePath

    @property
    def span(self) -> Span:
        """Where the case stands in its file."""
        return self.document.span(self.at)

    def given_path(self, index: int) -> ValuePath:
        """The place in the document of `given[index]`."""
        written = self.document.data["cases"][self.at[1]]["given"]
        return (*self.at, "given") if isinstance(written, str) else (*self.at, "given", index)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CaseFile(Content):
    """The cases for one piece of content, in the order of the file.

    Each recording under `silent_on` is a case as well: one that expects no alerts.
    """

    cases: tuple[Case, ...]

    @property
    def content_path(self) -> str | None:
        """The path of the detection or hunting query that the cases are for."""
        return content_path(self.path)

    @classmethod
    def read(cls, document: Document, file: ContentFile) -> Self:
        """The cases in `document`; raises ContentError with what the schema of `file.kind` refuses."""
        # A misspelt expectation would expect nothing, and so always pass.
        data = checked_data(document, file.kind, strict=True)
        cases = [_case(document, index, each) for index, each in enumerate(data["cases"])]
        cases += [_silence(document, index, name) for index, name in enumerate(data.get("silent_on") or ())]
        return cls(file=file, document=document, cases=tuple(cases))


def _case(document: Document, index: int, data: dict[str, Any]) -> Case:
    given = data.get("given") or ()
    clock = data.get("clock") or {}
    return Case(
        name=data["name"],
        logs=tuple(data.get("logs") or ()),
        given=(given,) if isinstance(given, str) else tuple(given),
        expect=data["expect"],
        clock=Clock(
            start=parse_instant(clock["from"]) if "from" in clock else None,
            end=parse_instant(clock["to"]) if "to" in clock else None,
            ingestion_delay=parse_duration(clock["ingestionDelay"]) if "ingestionDelay" in clock else None,
        ),
        settings=data.get("settings") or {},
        document=document,
        at=("cases", index),
    )


def _silence(document: Document, index: int, recording: str) -> Case:
    return Case(
        name=f"silent on {recording}",
        logs=(recording,),
        given=(),
        expect={"alerts": []},
        clock=Clock(),
        settings={},
        document=document,
        at=("silent_on", index),
    )
