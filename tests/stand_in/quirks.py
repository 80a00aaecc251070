"""What the real service does to what it is sent, which a client must live with. Each can be switched off by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Quirks:
    """How the stand-in differs from a mere store.

    fills_in_defaults: what a body leaves out comes back with the service's default (`suppressionDuration` PT5H, the
        incident configuration with its grouping, null for whole settings, [] for lists).
    respells_durations: durations come back as .NET writes them: PT24H as P1D, PT60M as PT1H.
    reorders_lists: tactics and techniques come back sorted.
    canonical_case: the case of enumerations is ignored, and comes back as documented ("high" as "High").
    trims_text: white space at the end of a description is lost.
    lowers_source_ids: a workbook's `sourceId` comes back in lower case.
    nested_errors: where Sentinel was not switched on, the error holds the whole error again, as JSON text in `message`.
    deleted_ids_rest: how long the id of a deleted alert rule is refused.
    saved_searches_need_etag: updating a saved search without an etag is refused with 409.
    checks_rule_queries: the query of an alert rule must bind to the tables that the workspace has.
    checks_disabled_rules: so must that of one that is not enabled.
    checks_saved_searches: so must that of a saved search. The real service takes any text.
    polls: how often a long-running operation says that it is still running.
    polling_seconds: what a long-running operation tells the client to wait (`Retry-After`).
    """

    fills_in_defaults: bool = True
    respells_durations: bool = True
    reorders_lists: bool = True
    canonical_case: bool = True
    trims_text: bool = True
    lowers_source_ids: bool = True
    nested_errors: bool = True
    deleted_ids_rest: timedelta = timedelta(hours=24)
    saved_searches_need_etag: bool = True
    checks_rule_queries: bool = True
    checks_disabled_rules: bool = True
    checks_saved_searches: bool = False
    polls: int = 1
    polling_seconds: float = 0.001
