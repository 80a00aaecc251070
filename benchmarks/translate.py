"""Measures what a query costs before it runs, on the repository's own KQL: its content, and the engine's cases.

Binding (V8), reading the tree that it sends, translation, planning and running over no rows, each by itself; then
finding a known translation. The times are the processor's, which other work on the machine disturbs less.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml

from masthead.content.project import Project
from masthead.kql import Engine, KqlError
from masthead.kql.binding import Binding
from masthead.kql.language import LanguageError, LanguageService
from masthead.kql.translate.outputs import NamesNeeded, OutputNeeded
from masthead.kql.translate.translator import Translator

ROOT = Path(__file__).parent.parent
CASES = ROOT / "tests/tooling/kql/cases"


def queries(project: Project) -> Iterator[str]:
    """The KQL of the content, and of the engine's cases that need no tables of their own."""
    for content in (*project.detections.readable(), *project.hunting_queries.readable()):
        yield content.query
    for path in sorted(CASES.glob("*.yaml")):
        for case in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or []:
            if not {"tables", "fixtures", "error"} & case.keys():
                yield case["query"]


def timed(seconds: list[float], call: Callable[[], Any]) -> Any:
    """What `call` returns; how long it took is added to `seconds`."""
    started = time.process_time()
    result = call()
    seconds.append(time.process_time() - started)
    return result


def show(name: str, seconds: Iterable[float]) -> None:
    """Print the median and the 95th percentile."""
    ordered = sorted(seconds)
    median, late = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
    print(f"{name:<28} median {median * 1000:7.2f} ms   p95 {late * 1000:7.2f} ms   of {len(ordered)}")


def main() -> None:
    """Measure, and print a table."""
    binding = Binding(Project.load(ROOT))
    service = LanguageService.shared()
    service.symbols()  # starts V8
    costs: list[list[float]] = []
    found: list[float] = []
    asked = []
    with tempfile.TemporaryDirectory() as folder, Engine(binding.tables, binding.functions) as engine:
        for query in queries(binding.project):
            cost: list[float] = []
            with suppress(KqlError, LanguageError, OutputNeeded, NamesNeeded):
                analysis = timed(cost, lambda query=query: binding.analyze(query, analyzers=False))
                timed(cost, lambda analysis=analysis: analysis.tree)
                timed(cost, Translator(analysis, binding.tables, binding.watchlists).translate)
                engine.sql(query)  # so that it is known when it is timed
                timed(cost, lambda query=query: engine.query(query))
                costs.append(cost)
                asked.append(query)
        for seconds in ([], found):  # the first time keeps them
            with Engine(binding.tables, binding.functions, folder=Path(folder) / "rows") as known:
                known.sql(asked[0])
                for query in asked:
                    timed(seconds, lambda query=query: known.sql(query))
    bound, read, translated, planned = zip(*costs, strict=True)
    show("binding", bound)
    show("reading the tree", read)
    show("translation", translated)
    show("these three", [sum(cost[:3]) for cost in costs])
    show("planning, running on no rows", planned)
    show("a known translation", found)


if __name__ == "__main__":
    main()
