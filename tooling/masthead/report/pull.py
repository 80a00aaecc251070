"""A pull in words: what becomes of each resource, and what is left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from masthead.content.finding import visible, visible_line
from masthead.report.differences import difference
from masthead.workspace.pull.pulling import Pull

_MARK = "\ufeff"


def pull_lines(pull: Pull, *, would: bool) -> Iterator[str]:
    """The pull, line by line. would: nothing was written."""
    done = "would be " if would else ""
    for each in pull.pulled:
        what = f"{done}changed: {', '.join(each.fields)}" if each.fields else f"{done}written"
        for path in each.files:
            yield f"{path}: {what}"
        yield from (f"  {visible(note)}" for note in each.notes)
    for left in pull.left:
        yield f'{left.key}: "{visible(left.title)}" is left: {visible(left.reason)}'
    if pull.others:
        yield f"{_count(pull.others, 'saved search', 'es')}: left: neither functions nor hunting queries"
    files = sum(len(each.files) for each in pull.pulled)
    yield (
        f"{_count(len(pull.pulled), 'resource')} in {_count(files, 'file')} {done}written, "
        f"{pull.unchanged} as the content or the last deployment has them, {len(pull.left)} left"
    )


def pull_difference(pull: Pull, root: Path, *, terminal: bool = False) -> str:
    """What would change below `root`, as a diff. terminal: what a terminal would obey is shown instead."""
    found = []
    for each in pull.pulled:
        for path, text in each.files.items():
            if (root / path).is_file():
                there = (root / path).read_bytes().decode(errors="replace").removeprefix(_MARK)
                found.append(difference(path, there, text))
            else:
                found.append(difference(path, "", text).replace(f"--- a/{path}", "--- /dev/null", 1))
    text = "".join(found)
    return "\n".join(visible_line(line) for line in text.split("\n")) if terminal else text


def _count(number: int, noun: str, plural: str = "s") -> str:
    return f"{number} {noun}{'' if number == 1 else plural}"
