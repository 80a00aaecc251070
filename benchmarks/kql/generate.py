"""Makes rows like those of AKSAudit as one Parquet file, with DuckDB alone: the same ones at every run.

    python benchmarks/kql/generate.py FILE [ROWS]

Thirty days of a cluster, in the order of time: controllers, nodes and workloads that ask again and again, a few people,
and now and then what a detection looks for. Types are natural ones: TIMESTAMP, VARCHAR, and JSON for what is dynamic.
10 million rows take a minute and 0.6 GB.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import duckdb

ROWS = 10_000_000

# h1 to h8 are independent numbers of each row; what is rare is cut from the low end of one.
_ROWS = """
WITH numbers AS (
    SELECT i, {hashes} FROM range({rows}) AS t(i)
), chosen AS (
    SELECT *,
        CASE WHEN h1 % 100 < 55 THEN 'get' WHEN h1 % 100 < 70 THEN 'list' WHEN h1 % 100 < 82 THEN 'watch'
            WHEN h1 % 100 < 90 THEN 'update' WHEN h1 % 100 < 95 THEN 'patch' WHEN h1 % 100 < 98 THEN 'create'
            ELSE 'delete' END AS verb,
        ['pods', 'leases', 'configmaps', 'secrets', 'nodes', 'deployments', 'rolebindings', 'clusterrolebindings',
            'serviceaccounts', 'events', 'endpoints', 'services'][1 + least(h2 % 12, h6 % 14)] AS resource,
        'team-' || (h3 % 400)::VARCHAR AS namespace,
        CASE WHEN h4 % 10 < 7 THEN 'system:serviceaccount:team-' || (h3 % 400)::VARCHAR || ':app-' || (h4 % 23)::VARCHAR
            WHEN h4 % 10 < 9 THEN 'system:node:aks-pool-' || (h4 % 300)::VARCHAR
            WHEN h4 % 1000 < 995 THEN 'aksService'
            ELSE 'person' || (h5 % 2000)::VARCHAR || '@example.com' END AS username,
        CASE WHEN h6 % 1000 < 20 THEN 403 WHEN h6 % 1000 < 35 THEN 404 WHEN h6 % 1000 < 38 THEN 401
            WHEN verb = 'create' THEN 201 ELSE 200 END AS code,
        CASE WHEN h7 % 1000 < 3 THEN 'kubectl/v1.' || (28 + h7 % 6)::VARCHAR || '.0 (linux/amd64) kubernetes/a1b2c3d'
            WHEN h7 % 10000 < 32 THEN 'curl/8.' || (h7 % 9)::VARCHAR || '.1'
            WHEN h7 % 100000 BETWEEN 40 AND 42 THEN 'kube-hunter/0.6'
            ELSE ['kubelet/v1.31.2 (linux/amd64) kubernetes/5864a46', 'kube-controller-manager/v1.31.2 (linux/amd64)',
                'Go-http-client/2.0', 'prometheus/2.54.1', 'cluster-autoscaler/v1.31.0'][1 + h7 % 5] END AS agent
    FROM numbers
)
SELECT
    TIMESTAMP '2026-10-01' + to_microseconds(i * (2592000000000 // {rows}) + h8 % 200) AS TimeGenerated,
    md5(i::VARCHAR) AS AuditId,
    CASE WHEN verb IN ('create', 'update', 'patch', 'delete') THEN 'RequestResponse' ELSE 'Metadata' END AS Level,
    CASE WHEN verb = 'watch' AND h5 % 2 = 0 THEN 'ResponseStarted' ELSE 'ResponseComplete' END AS Stage,
    verb AS Verb,
    '/api/v1/namespaces/' || namespace || '/' || resource || '/' || resource || '-' || (h5 % 5000)::VARCHAR
        || CASE WHEN verb = 'watch' THEN '?watch=true&timeoutSeconds=' || (h5 % 600)::VARCHAR
           WHEN h5 % 500 = 0 THEN '/exec?command=sh&stdin=true' ELSE '' END AS RequestUri,
    agent AS UserAgent,
    'kube-apiserver-' || (h8 % 3)::VARCHAR AS PodName,
    ('{{"resource":"' || resource || '","namespace":"' || namespace || '","name":"' || resource || '-'
        || (h5 % 5000)::VARCHAR || '","apiVersion":"v1"' || CASE WHEN h5 % 500 = 0 THEN ',"subresource":"exec"' ELSE '' END
        || '}}')::JSON AS ObjectRef,
    ('{{"username":"' || username || '","groups":["system:authenticated"'
        || CASE WHEN h4 % 10 < 7 THEN ',"system:serviceaccounts"' WHEN h4 % 1000 = 995 THEN ',"system:masters"' ELSE '' END
        || ']}}')::JSON AS User,
    ('{{"metadata":{{}},"code":' || code || CASE WHEN code >= 400 THEN ',"status":"Failure","reason":"Forbidden"' ELSE '' END
        || '}}')::JSON AS ResponseStatus,
    ('["10.' || (h6 % 4)::VARCHAR || '.' || (h6 % 250)::VARCHAR || '.' || (h5 % 250)::VARCHAR || '"'
        || CASE WHEN h6 % 50 = 0 THEN ',"203.0.113.' || (h5 % 250)::VARCHAR || '"' ELSE '' END || ']')::JSON AS SourceIps
FROM chosen
"""


def generate(path: Path, rows: int = ROWS) -> None:
    """Write so many rows to a Parquet file, which must not be there; half a file is never left."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".part")
    with duckdb.connect(":memory:") as connection:
        hashes = ", ".join(f"(hash(i, {n}) >> 1)::BIGINT AS h{n}" for n in range(1, 9))
        made = _ROWS.format(rows=rows, hashes=hashes)
        connection.execute(f"COPY ({made}) TO '{aside.as_posix()}' (FORMAT parquet, COMPRESSION zstd)")
    aside.replace(path)


if __name__ == "__main__":
    started = time.perf_counter()
    generate(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else ROWS)
    print(f"{time.perf_counter() - started:.0f} s, {Path(sys.argv[1]).stat().st_size / 1e9:.2f} GB")
