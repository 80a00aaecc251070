"""Examining many files at once, in several processes where that pays."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from masthead.content.layout import ContentFile
from masthead.content.project import Project
from masthead.kql.binding import Binding
from masthead.lint.examine import Examination, examine
from masthead.lint.plain import Plain, from_plain, to_plain

WORTH_IT = 40
"""Files for each process, at least. A process takes about 0.6 s to be of use, in which another examines 30 files."""

_CHUNK = 16
_binding: Binding | None = None


def examine_all(files: Sequence[ContentFile], binding: Binding, jobs: int | None = None) -> Iterator[Examination]:
    """What the first stage says about each of `files`, in their order. `jobs`: processes at most; None: the cores."""
    processes = min(jobs or os.cpu_count() or 1, max(1, len(files) // WORTH_IT))
    if processes == 1:
        yield from (examine(file, binding) for file in files)
        return
    # Imported where it is needed: half of a run over cached files would be spent on it.
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # Spawned, never forked: a fork would carry the threads of V8 over in a state that nobody knows.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, context, _start, (binding.project.root,)) as pool:
        for plain in pool.map(_examine, files, chunksize=_CHUNK):
            yield from_plain(plain)


def _start(root: Path) -> None:
    global _binding
    _binding = Binding(Project.load(root))


def _examine(file: ContentFile) -> Plain:
    assert _binding is not None
    return to_plain(examine(file, _binding))
