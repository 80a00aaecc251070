"""A dynamic value answers alike wherever its JSON stands: in a text, in a file as text or JSON, or spelled anew.

Where the JSON stands as it was spelled, it is read from there; what a row says must not depend on it. The table holds
what JSON can be, and texts that only look like it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from masthead.kql import Engine, KqlError

_LISTED = yaml.safe_load((Path(__file__).parent / "json_law.yaml").read_text(encoding="utf-8"))
TEXTS: list[str] = [*_LISTED["json"], *_LISTED["other"]]
QUERIES = st.builds("{} | {}".format, st.sampled_from(_LISTED["made"]), st.sampled_from(_LISTED["asked"]))


def _file(path: Path, kind: str, values: list[str | None]) -> Path:
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"CREATE TABLE t (n BIGINT, d {kind})")
        connection.executemany("INSERT INTO t VALUES (?, ?)", list(enumerate(values)))
        connection.execute(f"COPY t TO '{path.as_posix()}' (FORMAT parquet)")
    return path


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Engine, str]]]:
    """What to ask: an engine and what T is in it, by where the JSON stands."""
    folder = tmp_path_factory.mktemp("json")
    files = {
        "a file of texts": _file(folder / "texts.parquet", "VARCHAR", TEXTS),
        # A file of JSON holds none of the others: they are the JSON of the text there.
        "a file of JSON": _file(
            folder / "json.parquet",
            "JSON",
            [*_LISTED["json"], *(json.dumps(text) if text else None for text in _LISTED["other"])],
        ),
    }
    with Engine({"S": {"n": "long", "s": "string"}}) as memory:
        memory.ingest("S", [{"n": n, "s": text} for n, text in enumerate(TEXTS)])
        engines = {
            "a text": (memory, "let T = S | project n, d = parse_json(s); "),
            "a value": (memory, "let T = materialize(S | summarize d = take_any(parse_json(s)) by n); "),
        }
        for name, file in files.items():
            engine = Engine({"T": {"n": "long", "d": "dynamic"}})
            engine.attach("T", [file])
            engines[name] = (engine, "")
        yield engines
        for engine, _ in engines.values():
            engine.close()


def _told(engine: Engine, query: str) -> list[str] | str:
    """The rows of an answer in one order, or what refuses it."""
    try:
        return sorted(map(repr, engine.query(query).rows))
    except KqlError as error:
        return error.message


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(query=QUERIES)
def test_dynamic_values_answer_alike_wherever_their_json_stands(
    asked: dict[str, tuple[Engine, str]], query: str
) -> None:
    note(query)
    answers = {where: _told(engine, table + query) for where, (engine, table) in asked.items()}
    wanted = answers.pop("a value")
    # Over files a fraction far from a whole number is compared, where in memory it is refused: see test_files.
    if not isinstance(wanted, str) or "todouble()" not in wanted:
        assert answers == dict.fromkeys(answers, wanted)
