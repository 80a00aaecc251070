"""Paths in graphs, against a search that tries every walk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from masthead.kql import Engine

MOST = 3
Edge = tuple[int, int, bool]  # from, to, open
EDGES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.booleans()), min_size=1, max_size=7)


@pytest.fixture(scope="module")
def engine() -> Engine:
    with Engine({"T": {"x": "long", "y": "long", "open": "bool", "at": "long"}}) as engine:
        yield engine


def _walks(edges: list[Edge]) -> Iterator[tuple[list[int], list[int]]]:
    """Every walk of one to MOST edges: its nodes, its edges."""
    waiting = [([edge[0], edge[1]], [at]) for at, edge in enumerate(edges)]
    while waiting:
        nodes, along = waiting.pop()
        yield nodes, along
        if len(along) < MOST:
            waiting += [([*nodes, e[1]], [*along, at]) for at, e in enumerate(edges) if e[0] == nodes[-1]]


def _loaded(engine: Engine, edges: list[Edge]) -> None:
    engine.clear("T")
    engine.ingest("T", [{"x": x, "y": y, "open": o, "at": at} for at, (x, y, o) in enumerate(edges)])


def _answer(engine: Engine, query: str) -> list[tuple]:
    return sorted(engine.query(f"T | sort by at asc | make-graph x --> y with_node_id=n | {query}").rows)


@settings(max_examples=25, deadline=None)
@given(edges=EDGES, cycles=st.sampled_from(["all", "unique_edges", "none"]))
def test_a_pattern_fits_every_walk_that_its_cycles_allow(engine: Engine, edges: list[Edge], cycles: str) -> None:
    _loaded(engine, edges)
    expected = []
    for nodes, along in _walks(edges):
        circle = {"all": [], "unique_edges": along, "none": nodes}[cycles]
        if len(set(circle)) == len(circle):
            expected.append((nodes[0], nodes[-1], along, nodes[1:-1]))
    shown = "project p.n, q.n, map(e, at), map(inner_nodes(e), n)"
    first = _answer(engine, f"graph-match cycles={cycles} (p)-[e*1..{MOST}]->(q) {shown}")
    assert first == sorted(expected)
    opened = _answer(engine, f"graph-match cycles={cycles} (q)<-[e*1..{MOST}]-(p) where e.open {shown}")
    # a path is read in the order of the pattern
    turned = sorted((a, b, along[::-1], inner[::-1]) for a, b, along, inner in opened)
    assert turned == [row for row in first if all(edges[at][2] for at in row[2])]


@settings(max_examples=25, deadline=None)
@given(edges=EDGES)
def test_no_way_between_two_nodes_is_shorter_than_the_shortest_paths(engine: Engine, edges: list[Edge]) -> None:
    _loaded(engine, edges)
    expected: dict[tuple[int, int], list[list[int]]] = {}
    for nodes, along in _walks(edges):
        ends = nodes[0], nodes[-1]
        if ends[0] == ends[1] or not all(edges[at][2] for at in along):
            continue
        known = expected.setdefault(ends, [along])
        if len(along) < len(known[0]):
            expected[ends] = [along]
        elif along not in known and len(along) == len(known[0]):
            known.append(along)
    path = f"(p)-[e*1..{MOST}]->(q) where all(e, open) project p.n, q.n, map(e, at)"
    every = _answer(engine, f"graph-shortest-paths output=all {path}")
    assert every == sorted((*ends, along) for ends, ways in expected.items() for along in ways)
    some = _answer(engine, f"graph-shortest-paths {path}")
    assert [row[:2] for row in some] == sorted(expected)
    assert all(row in every for row in some)
