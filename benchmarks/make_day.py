"""Makes a project with this repository's content and one large recording: a day of a cluster at work.

    python benchmarks/make_day.py FOLDER

The recording kubernetes/large-day has 20,000 rows of AKSAudit and 14,000 of AKSAuditAdmin, some 3 KB each, gzipped: the
size of what an API server writes on an ordinary day. The rows are made of those of a recording of peace, the same
each time; nothing in them is an attack.
"""

from __future__ import annotations

import gzip
import json
import random
import shutil
import sys
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from masthead.content.project import Project
from masthead.content.rows import read_rows

ROOT = Path(__file__).resolve().parent.parent
NAME = "kubernetes/large-day"
PATTERN = "kubernetes/working-day"
ROWS = {"AKSAudit": 20_000, "AKSAuditAdmin": 14_000}
START = datetime(2026, 11, 5, tzinfo=UTC)
RECORDING = """\
title: A day of a large cluster
description: Made by benchmarks/make_day.py; nothing happens.
provenance: {kind: constructed, source: benchmarks/make_day.py}
period: {from: "2026-11-05T00:00:00Z", to: "2026-11-06T00:00:00Z"}
tables: [AKSAudit, AKSAuditAdmin]
"""


def make(folder: Path, *, compressed: bool = True) -> None:
    """Write the project into `folder`, which must not have one."""
    for part in ("detections", "hunting", "functions", "watchlists", "catalog", "tests/detections", "tests/recordings"):
        shutil.copytree(ROOT / part, folder / part)
    shutil.copy(ROOT / "pyproject.toml", folder)
    recording = folder / "tests/recordings" / NAME
    recording.mkdir()
    (recording / "recording.yaml").write_text(RECORDING, encoding="utf-8")
    for table, count in ROWS.items():
        text = "".join(rows(table, count)).encode()
        if compressed:
            (recording / f"{table}.ndjson.gz").write_bytes(gzip.compress(text, compresslevel=6, mtime=0))
        else:
            (recording / f"{table}.ndjson").write_bytes(text)


def rows(table: str, count: int) -> list[str]:
    """The lines of one table."""
    dice = random.Random(table)  # noqa: S311 - the same each time is the point
    recording = Project.load(ROOT).recordings.get(PATTERN)
    assert recording, f"{PATTERN} is not there any more: name another recording of peace"
    patterns = list(islice(read_rows(recording, table), 500))
    step = timedelta(days=1) / (count + 1)
    return [_line(dice.choice(patterns), START + step * number, dice) for number in range(1, count + 1)]


def _line(pattern: dict[str, Any], moment: datetime, dice: random.Random) -> str:
    row = pattern | {"AuditId": f"{dice.getrandbits(128):032x}"}
    for column in ("TimeGenerated", "RequestReceivedTime", "StageReceivedTime"):
        row[column] = moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    for column in ("RequestObject", "ResponseObject"):
        if isinstance(row.get(column), dict):
            row[column] = row[column] | {"status": _status(dice)}
    if row.get("RequestObject") is None:
        row["Annotations"] = {**(row.get("Annotations") or {}), "managed": _status(dice)}
    return json.dumps(row, separators=(",", ":")) + "\n"


def _status(dice: random.Random) -> dict[str, Any]:
    """What makes a real row large: conditions of an object, each with its times and reasons."""
    return {
        "conditions": [
            {
                "type": f"Condition{number}",
                "status": dice.choice(["True", "False"]),
                "observedGeneration": dice.randrange(1000),
                "lastTransitionTime": (START + timedelta(seconds=dice.randrange(86_400))).isoformat(),
                "message": f"the object {dice.getrandbits(48):012x} was found as it should be",
            }
            for number in range(7)
        ]
    }


if __name__ == "__main__":
    make(Path(sys.argv[1]))
