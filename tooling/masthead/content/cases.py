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

_ON_RECORDINGS = (("silent_on", "silent on", {"alerts": []}), ("also_fires_on", "fires on", {"fires": True}))
"""Keys that name recordings, each of them a case: how it is called, and what it expects."""


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

    `logs` name recordings; `given` are KQL queries, each replacing the rows of the table it starts with; `fixtures` are
    what stands for that which lies outside the workspace, by name, the file's and the case's. `parameters` are the
    values of a workbook's parameters. `expect` is what the file says, whose shape the schema of the kind fixes, or
    {"fires": True} for any alert at all. `at` is the case's place in its document.
    """

    name: str
    logs: tuple[str, ...]
    given: tuple[str, ...]
    fixtures: dict[str, Any]
    parameters: dict[str, str | list[str]]
    expect: dict[str, Any]
    clock: Clock
    settings: dict[str, Any]
    document: Document
    at: ValuePath

    @property
    def span(self) -> Span:
        """Where the case stands in its file."""
        return self.document.span(self.at)

    @property
    def recording(self) -> str | None:
        """The recording that the case plays alone, as it is and by its own clock; None for one that does not."""
        varied = self.given or self.settings or self.clock != Clock()
        return self.logs[0] if len(self.logs) == 1 and not varied else None

    def given_path(self, index: int) -> ValuePath:
        """The place in the document of `given[index]`."""
        written = self.document.data["cases"][self.at[1]]["given"]
        return (*self.at, "given") if isinstance(written, str) else (*self.at, "given", index)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CaseFile(Content):
    """The cases for one piece of content, in the order of the file.

    Each recording under `silent_on` is a case as well, one that expects no alerts; and each under `also_fires_on`, one
    that expects some.
    """

    cases: tuple[Case, ...]

    @property
    def content_path(self) -> str | None:
        """The path of the detection or hunting query that the cases are for."""
        return content_path(self.path)

    @property
    def spoken_of(self) -> frozenset[str]:
        """The recordings that a case plays alone and as they are."""
        return frozenset(case.recording for case in self.cases if case.recording)

    def silence_on(self, recording: str) -> Case:
        """A case that the file does not have: silence on a recording."""
        return _on(self.document, recording, f"everywhere: silent on {recording}", {"alerts": []}, ("cases",))

    @classmethod
    def read(cls, document: Document, file: ContentFile) -> Self:
        """The cases in `document`; raises ContentError with what the schema of `file.kind` refuses."""
        # A misspelt expectation would expect nothing, and so always pass.
        data = checked_data(document, file.kind, strict=True)
        cases = [_case(document, index, each) for index, each in enumerate(data["cases"])]
        for key, verb, expect in _ON_RECORDINGS:
            for index, recording in enumerate(data.get(key) or ()):
                cases.append(_on(document, recording, f"{verb} {recording}", expect, (key, index)))
        return cls(file=file, document=document, cases=tuple(cases))


def _case(document: Document, index: int, data: dict[str, Any]) -> Case:
    given = data.get("given") or ()
    clock = data.get("clock") or {}
    return Case(
        name=data["name"],
        logs=tuple(data.get("logs") or ()),
        given=(given,) if isinstance(given, str) else tuple(given),
        fixtures={**(document.data.get("fixtures") or {}), **(data.get("fixtures") or {})},
        parameters=data.get("parameters") or {},
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


def _on(document: Document, recording: str, name: str, expect: dict[str, Any], at: ValuePath) -> Case:
    return Case(
        name=name,
        logs=(recording,),
        given=(),
        fixtures=document.data.get("fixtures") or {},
        parameters={},
        expect=expect,
        clock=Clock(),
        settings={},
        document=document,
        at=at,
    )
