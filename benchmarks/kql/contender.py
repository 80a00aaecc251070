"""One shape, run by one contender in this process: prints its times, its peak memory and its answer as JSON.

    python contender.py NAME SHAPE FILE RUNS

Called by run.py, so that each measurement has a process of its own.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

THREADS = 2
MEMORY = "8GB"
COLUMNS = {
    "TimeGenerated": "datetime",
    **dict.fromkeys(("AuditId", "Level", "Stage", "Verb", "RequestUri", "UserAgent", "PodName"), "string"),
    **dict.fromkeys(("ObjectRef", "User", "ResponseStatus", "SourceIps"), "dynamic"),
}
Rows = list[tuple[Any, ...]]


def masthead(shape: dict[str, Any], path: Path) -> Callable[[], Rows]:
    """The engine of this repository, over the file."""
    from masthead.kql import Engine

    engine = Engine({"AKSAudit": COLUMNS}, memory=MEMORY, time_limit=600)
    engine.attach("AKSAudit", [path])
    return lambda: engine.query(shape["kql"]).rows


def duckdb_sql(shape: dict[str, Any], path: Path) -> Callable[[], Rows]:
    """SQL written by hand."""
    connection = _duckdb(path)
    return lambda: connection.execute(shape["sql"]).fetchall()


def duckdb_kql(shape: dict[str, Any], path: Path) -> Callable[[], Rows]:
    """The package of that name."""
    import duckdb_kql as package

    connection = package.connect()
    _over(connection, path)
    query = shape.get("theirs", shape["kql"])
    return lambda: package.kql(connection, query).fetchall()


def chdb(shape: dict[str, Any], path: Path) -> Callable[[], Rows]:
    """ClickHouse in process, with its Kusto dialect."""
    from chdb import session

    opened = session.Session()
    opened.query("CREATE DATABASE bench ENGINE = Atomic")
    opened.query("USE bench")
    opened.query(f"CREATE TABLE AKSAudit ENGINE = File(Parquet, '{path.as_posix()}')")
    opened.query(f"SET max_threads = {THREADS}, allow_experimental_kusto_dialect = 1")
    opened.query("SET dialect = 'kusto'")

    def run() -> Rows:
        answer = opened.query(shape["kusto"], "JSONCompactEachRow").bytes().decode()
        return [tuple(json.loads(line)) for line in answer.splitlines()]

    return run


def _duckdb(path: Path) -> Any:
    import duckdb

    return _over(duckdb.connect(":memory:"), path)


def _over(connection: Any, path: Path) -> Any:
    connection.execute(f"SET threads = {THREADS}; SET memory_limit = '{MEMORY}'; SET enable_progress_bar = false")
    connection.execute(f"CREATE VIEW AKSAudit AS SELECT * FROM read_parquet('{path.as_posix()}')")
    return connection


def digest(rows: Rows, ordered: bool) -> str:
    """The answer in a form that all contenders share: order where it counts, values by what they mean."""
    lines = [json.dumps([_plain(value) for value in row], sort_keys=True) for row in rows]
    return hashlib.sha256("\n".join(lines if ordered else sorted(lines)).encode()).hexdigest()[:12]


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None).isoformat()
    if isinstance(value, str) and value[:1] in ("[", "{"):
        return json.loads(value)
    if isinstance(value, str) and value.isdecimal():
        return int(value)  # chdb writes large numbers as texts
    if isinstance(value, str) and len(value) >= 19 and value[4:5] == value[7:8] == "-" and value[10:11] == " ":
        return dt.datetime.fromisoformat(value[:26]).isoformat()
    return value


def main() -> None:
    """Run, and print one line of JSON."""
    name, wanted, path, runs = sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])
    shapes = yaml.safe_load(Path(__file__).with_name("shapes.yaml").read_text(encoding="utf-8"))
    shape = next(each for each in shapes if each["name"] == wanted)
    run = {"masthead": masthead, "sql": duckdb_sql, "duckdb-kql": duckdb_kql, "chdb": chdb}[name](shape, path)
    rows: Rows = run()
    walls, processors = [], []
    for _ in range(runs):
        wall, processor = time.perf_counter(), time.process_time()
        rows = run()
        walls.append(time.perf_counter() - wall)
        processors.append(time.process_time() - processor)
    answer = digest(rows, shape.get("ordered", False))
    print(json.dumps({"wall": walls, "cpu": processors, "peak": peak(), "rows": len(rows), "answer": answer}))


def peak() -> int:
    """The most memory that this process had, in MB. Of getrusage the process inherits its parent's."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM"))


if __name__ == "__main__":
    main()
