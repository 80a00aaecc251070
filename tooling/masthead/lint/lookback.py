"""How far back a query looks: the lower bounds that it sets on TimeGenerated, as far as they are constants."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from masthead.kql.language import Node
from masthead.kql.translate.literals import timespan_ticks

TIME = "TimeGenerated"
_ZERO = timedelta(0)
_LONGEST = timedelta(days=36_500)
_LOWER = {"GreaterThanExpression": ("Left", "Right"), "GreaterThanOrEqualExpression": ("Left", "Right")}
_LOWER |= {"LessThanExpression": ("Right", "Left"), "LessThanOrEqualExpression": ("Right", "Left")}
_UNITS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800}
_SAME_OR_EARLIER = ("startofday", "startofweek", "startofmonth", "startofyear", "bin", "floor", "todatetime")


@dataclass(frozen=True, slots=True)
class LookBack:
    """A bound on TimeGenerated: how far before now it lies, and where it is written (offsets)."""

    length: timedelta
    start: int
    end: int


def look_backs(tree: Node) -> Iterator[LookBack]:
    """The lower bounds in the query itself (not in functions it calls) that can be known without running it.

    Through `let`, arithmetic, `now()` and `ago()`; a bound that is rounded down counts as what is rounded.
    """
    constants = _Constants(tree)
    for node in tree.walk():
        bound = _lower_bound(node)
        length = constants.before_now(bound) if bound else None
        if bound and length is not None:
            yield LookBack(length, bound.start, bound.end)


def _lower_bound(node: Node) -> Node | None:
    """The expression that TimeGenerated must be later than, if `node` says so."""
    if node.kind in _LOWER:
        column, bound = (node.child(side) for side in _LOWER[node.kind])
        return bound if column and _is_time(column) else None
    if node.kind == "BetweenExpression":
        column, couple = node.child("Left"), node.child("Right")
        return couple.child("First") if column and couple and _is_time(column) else None
    return None


def _is_time(node: Node) -> bool:
    return bool(node.symbol and node.symbol.kind == "Column" and node.simple_name == TIME)


class _Constants:
    """Evaluates constant timespans and datetimes relative to now; None for what is not constant."""

    def __init__(self, tree: Node) -> None:
        self._lets: dict[str, Node] = {}
        for node in tree.walk():
            name, value = node.child("Name"), node.child("Expression")
            if node.kind == "LetStatement" and name and name.simple_name and value:
                self._lets[name.simple_name] = value

    def before_now(self, node: Node, depth: int = 0) -> timedelta | None:
        """How long before now a datetime lies."""
        node = self._resolved(node)
        if depth > 20:
            return None
        if node.kind in ("SubtractExpression", "AddExpression"):
            left, right = node.child("Left"), node.child("Right")
            moment = self.before_now(left, depth + 1) if left else None
            length = self._length(right, depth + 1) if right else None
            if moment is None or length is None:
                return None
            return _bounded(moment + length if node.kind == "SubtractExpression" else moment - length)
        if node.kind != "FunctionCallExpression":
            return None
        name, arguments = node.child("Name"), node.items("ArgumentList")
        function = name.simple_name if name else None
        if function == "ago" and len(arguments) == 1:
            return self._length(arguments[0], depth + 1)
        if function == "now":
            offset = self._length(arguments[0], depth + 1) if arguments else _ZERO
            return None if offset is None else -offset
        if function == "datetime_add" and len(arguments) == 3:
            return self._added(arguments, depth)
        return self.before_now(arguments[0], depth + 1) if function in _SAME_OR_EARLIER and arguments else None

    def _added(self, arguments: list[Node], depth: int) -> timedelta | None:
        unit, amount = _UNITS.get(str(arguments[0].literal).lower()), self._number(arguments[1])
        moment = self.before_now(arguments[2], depth + 1)
        if unit is None or amount is None or moment is None:
            return None
        step = _seconds(unit * amount)
        return None if step is None else _bounded(moment - step)

    def _length(self, node: Node, depth: int = 0) -> timedelta | None:
        """A timespan."""
        node = self._resolved(node)
        if depth > 20:
            return None
        if node.kind == "TimespanLiteralExpression":
            ticks = timespan_ticks(str(node.literal))
            return None if ticks is None else _seconds(ticks / 10_000_000)
        below = node.child("Expression")
        if node.kind == "UnaryMinusExpression" and below:
            length = self._length(below, depth + 1)
            return None if length is None else -length
        left, right = node.child("Left"), node.child("Right")
        if not left or not right:
            return None
        if node.kind == "MultiplyExpression":
            number, span = (left, right) if self._number(left) is not None else (right, left)
            amount, length = self._number(number), self._length(span, depth + 1)
            return None if amount is None or length is None else _seconds(amount * length.total_seconds())
        if node.kind in ("AddExpression", "SubtractExpression"):
            first, second = self._length(left, depth + 1), self._length(right, depth + 1)
            if first is None or second is None:
                return None
            return _bounded(first + second if node.kind == "AddExpression" else first - second)
        return None

    def _number(self, node: Node) -> float | None:
        node = self._resolved(node)
        below = node.child("Expression")
        if node.kind == "UnaryMinusExpression" and below:
            number = self._number(below)
            return None if number is None else -number
        try:
            return float(node.literal) if node.type in ("long", "int", "real") else None
        except (TypeError, ValueError):
            return None

    def _resolved(self, node: Node) -> Node:
        """What a `let` variable or parentheses stand for."""
        for _ in range(20):
            below = node.child("Expression") if node.kind == "ParenthesizedExpression" else None
            if node.kind == "NameReference" and node.symbol and node.symbol.kind == "Variable":
                below = self._lets.get(node.simple_name or "")
            if below is None:
                break
            node = below
        return node


def _seconds(seconds: float) -> timedelta | None:
    longest = _LONGEST.total_seconds()
    return timedelta(seconds=seconds) if -longest <= seconds <= longest else None


def _bounded(length: timedelta) -> timedelta | None:
    return length if -_LONGEST <= length <= _LONGEST else None
