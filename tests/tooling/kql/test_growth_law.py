"""What nests or follows itself grows as long as it is, in the SQL and in the plan: twice as deep is twice as long.

Growth like powers shows in the SQL where the translation names a value twice, and in the plan where a macro does: a
few levels more then take all of the engine's time.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from masthead.kql import Engine

DEEP = 12
ROW = """SELECT '{"a":{"a":1},"t":"{\\"t\\":\\"x\\"}"}'::JSON AS d, '{"t":"x"}' AS s, 3::INTEGER AS n"""

# {} is what the level below gives, first the column d or s.
NESTED = [
    "parse_json(tostring({}))",
    "parse_json(tostring(({}).a))",
    "tolong(parse_json(tostring({})))",
    "toint(parse_json(tostring({})).a)",
    "todatetime(parse_json(tostring({})).a)",
    "(parse_json(tostring({})).a * 2)",
    "parse_json(strcat('{{\"a\":', tostring(({})), '}}')).a",
    "parse_json(tostring({}))[tostring(n)]",
    "parse_json(tostring(split(tostring({}), '{{')[-1]))",
    "bag_merge(parse_json(tostring({})), dynamic({{'a': 1}}))",
    "extract_json('$.a', tostring({}))",
]
# {p} is the column that the step before made, first d; {x} the one that this step makes.
CHAINED = [
    "extend {x} = parse_json(tostring({p}.t))",
    "extend {x} = {p}.a",
    "extend {x} = tostring(parse_json(tostring({p})).t)",
    "extend {x} = parse_json(strcat(tostring({p}.a), tostring({p}.t)))",
    "extend {x} = tolong(parse_json(tostring({p})))",
    "extend d = parse_json(tostring(d.a)), {x} = d",
    "mv-expand {x} = parse_json(tostring({p}))",
    "mv-apply {x} = parse_json(tostring({p})) on (where isnotempty({x}))",
    "parse tostring({p}) with * 'a' {x} 't' *",
    "parse s with * 'a' s 't' * | extend {x} = s",
    "summarize {x} = take_any(parse_json(tostring({p})).a) by n, s",
]


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Engine]]:
    """One table in memory and in a file."""
    file = tmp_path_factory.mktemp("growth") / "t.parquet"
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"COPY ({ROW}) TO '{file.as_posix()}' (FORMAT parquet)")
    columns = {"T": {"d": "dynamic", "s": "string", "n": "int"}}
    with Engine(columns, time_limit=5) as memory, Engine(columns, time_limit=5) as files:
        memory.ingest("T", [{"d": {"a": {"a": 1}, "t": '{"t":"x"}'}, "s": '{"t":"x"}', "n": 3}])
        files.attach("T", [file])
        yield [memory, files]


def grows(engines: list[Engine], queries: list[str]) -> None:
    """The SQL of the second query, twice as deep, is about twice as long as the first's, and it is answered."""
    for engine in engines:
        once, twice = (len(engine.sql(query)) for query in queries)
        assert twice < 2.3 * once, queries[0]
        engine.query(queries[-1])


@pytest.mark.parametrize("level", NESTED)
def test_what_nests(engines: list[Engine], level: str) -> None:
    queries = []
    for depth in (DEEP // 2, DEEP):
        value = "d"
        for _ in range(depth):
            value = level.format(value)
        queries.append(f"T | project x = {value}")
    grows(engines, queries)


@pytest.mark.parametrize("step", CHAINED)
def test_what_follows_itself(engines: list[Engine], step: str) -> None:
    queries = []
    for length in (DEEP // 2, DEEP):
        steps = [step.format(p=f"x{i}", x=f"x{i + 1}") for i in range(length)]
        queries.append(f"T | extend x0 = d | {' | '.join(steps)} | where tostring(x{length}) != 'no'")
    grows(engines, queries)


def test_a_parsed_column_that_is_read_again_and_again(engines: list[Engine]) -> None:
    read = (
        "a{0} = x.a, b{0} = tostring(x.t), c{0} = tolong(x.a.a), e{0} = isnull(x.q), f{0} = parse_json(tostring(x.t)).t"
    )
    queries = []
    for times in (DEEP // 2, DEEP):
        each = ", ".join(read.format(i) for i in range(times))
        queries.append(f"T | extend x = parse_json(tostring(d)) | extend {each} | where b1 != 'no' and c1 == 1")
    grows(engines, queries)


def test_shares_of_percentiles(engines: list[Engine]) -> None:
    for name in ("percentiles", "percentiles_array"):
        shares = [", ".join(f"{i / 5}" for i in range(length)) for length in (60, 120)]
        grows(engines, [f"T | summarize {name}(n, {each})" for each in shares])
