"""What names mean at a place of the query: those that lets and parameters bind, and the columns of the rows at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from masthead.kql.translate.model import Binding, Closure, ColumnRef, Expr, Relation


class Environment:
    """Names that let statements and parameters bind; inner ones hide outer ones."""

    def __init__(self, outer: Environment | None = None) -> None:
        self._outer = outer
        self._names: dict[str, Binding | Callable[[], Binding]] = {}

    def bind(self, name: str, binding: Binding | Callable[[], Binding]) -> None:
        """Bind a name, to a value or to a function that makes the value when it is first needed."""
        self._names[name] = binding

    def lookup(self, name: str) -> Binding | None:
        """What the name stands for, or None."""
        scope: Environment | None = self
        while scope is not None:
            if name in scope._names:
                binding = scope._names[name]
                if callable(binding):
                    binding = binding()
                    scope._names[name] = binding
                return binding
            scope = scope._outer
        return None

    def views(self) -> dict[str, Closure]:
        """The views that are in scope here, by name."""
        found: dict[str, Binding | Callable[[], Binding]] = {}
        scope: Environment | None = self
        while scope is not None:
            found = {**scope._names, **found}
            scope = scope._outer
        return {name: b for name, b in found.items() if isinstance(b, Closure) and b.view is not None}


class Columns(Mapping[str, Expr]):
    """The columns of rows as expressions, by name, each made when it is named: logs have hundreds, an operator uses
    few."""

    __slots__ = ("_refs",)

    def __init__(self, columns: Iterable[ColumnRef]) -> None:
        self._refs = {c.name: c for c in columns}

    def __getitem__(self, name: str) -> Expr:
        return self._refs[name].expr

    def __contains__(self, name: object) -> bool:
        return name in self._refs

    def __iter__(self) -> Iterator[str]:
        return iter(self._refs)

    def __len__(self) -> int:
        return len(self._refs)


Window = str | Callable[[str, str], str]  # SQL over the rows; or (source, identifier) → source


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows that column names refer to; in a join's condition also the two sides; in a scan its steps.

    windows: columns (identifier, SQL) that prev() and its kin need computed before, in this order; None where they
    cannot be. SQL allows no window within a window or within WHERE.
    """

    columns: Mapping[str, Expr] = field(default_factory=dict)
    left: Mapping[str, Expr] | None = None
    right: Mapping[str, Expr] | None = None
    relation: Relation | None = None
    windows: list[tuple[str, Window]] | None = None
    steps: Mapping[str, Mapping[str, Expr]] = field(default_factory=dict)

    def side(self, name: str) -> Mapping[str, Expr] | None:
        """The columns that `name.` has: $left and $right of a join, or a step of a scan."""
        return {"$left": self.left, "$right": self.right, **self.steps}.get(name)
