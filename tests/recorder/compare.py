"""Whether two recordings of a scenario tell the same: who asked what and was answered how, up to ids and times.

The controllers, the scheduler and the kubelets are left out. They react to what the callers do, race each other and
try again, so they ask the same things in another order and number at every run.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

REACTS = re.compile(
    r"system:(apiserver|kube-controller-manager|kube-scheduler|node:.*"
    r"|serviceaccount:kube-system:.*(-controller|-publisher|-manager|-approver|-cleaner|-collector|-protection))"
)
# Kubernetes makes names unique by five letters without vowels, and those of replica sets by a hash before them.
_SUFFIX = re.compile(r"(?:-[0-9a-f]{8,10})?-[bcdfghjklmnpqrstvwxz2456789]{5}(?=$|[/?&%\s\"])")
_CHANGING = re.compile(
    r"(resourceVersion=)\d+|(timeout(?:Seconds)?=)[\dms]+"
    r"|([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
)

Act = tuple[str, str, str, Any]
"""The caller, the verb, the path without what changes from run to run, and the code of the answer."""


def differences(one: Path, other: Path) -> list[str]:
    """What one recording's callers did and the other's did not, as lines; none when they tell the same."""
    first, second = (Counter(acts(_rows(folder))) for folder in (one, other))
    lines = [f"only in {one}: {count} × {_told(act)}" for act, count in (first - second).items()]
    return lines + [f"only in {other}: {count} × {_told(act)}" for act, count in (second - first).items()]


def acts(rows: Iterable[Mapping[str, Any]]) -> list[Act]:
    """What the callers did, in order; each request once, when it was answered."""
    return [
        (row["User"].get("username", ""), row["Verb"], same_path(row["RequestUri"]), row["ResponseStatus"].get("code"))
        for row in rows
        if row["Stage"] == "ResponseComplete" and not REACTS.fullmatch(row["User"].get("username", ""))
    ]


def same_path(uri: str) -> str:
    """A path and query with what Kubernetes makes up at every run replaced by `*`."""
    return _SUFFIX.sub("-*", _CHANGING.sub(lambda match: f"{match[1] or match[2] or ''}*", uri))


def _told(act: Act) -> str:
    caller, verb, path, code = act
    return f"{caller} {verb} {path} → {code}"


def _rows(folder: Path) -> list[dict[str, Any]]:
    with gzip.open(folder / "AKSAudit.ndjson.gz", "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]
