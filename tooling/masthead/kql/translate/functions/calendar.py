"""Parts of datetimes, starts and ends of periods, and arithmetic by calendar."""

from __future__ import annotations

from masthead.kql.language import Node
from masthead.kql.translate.calls import Call
from masthead.kql.translate.convert import convert
from masthead.kql.translate.model import Expr
from masthead.kql.translate.registry import scalar
from masthead.kql.translate.types import TICKS_PER_DAY, TICKS_PER_SECOND, sql_type

# --- starts and ends -------------------------------------------------------------------------------------------------
# Weeks begin on Sunday. The day that ticks count from, 0001-01-01, is a Monday.
_STARTS = {
    "day": "kq_start_of_day({0}, {1})",
    "week": "kq_start_of_week({0}, {1})",
    "month": "kq_start_of_month({0}, {1})",
    "year": "kq_start_of_year({0}, {1})",
}


def _period(name: str, template: str) -> None:
    def start(call: Call) -> str:
        return template.format(call.sql[0], call.sql[1] if call.count > 1 else "0")

    def end(call: Call) -> str:
        offset = f"{call.sql[1]} + 1" if call.count > 1 else "1"
        return template.format(call.sql[0], offset) + " - 1"

    scalar(f"startof{name}", "datetime, long")(start)
    scalar(f"endof{name}", "datetime, long")(end)


for _name, _template in _STARTS.items():
    _period(_name, _template)

# --- parts -----------------------------------------------------------------------------------------------------------
_PARTS = {
    "year": "year(kq_timestamp({0}))",
    "quarter": "quarter(kq_timestamp({0}))",
    "month": "month(kq_timestamp({0}))",
    "week_of_year": "week(kq_timestamp({0}))",
    "day": "day(kq_timestamp({0}))",
    "dayofyear": "dayofyear(kq_timestamp({0}))",
    "hour": "{0} // 36000000000 % 24",
    "minute": "{0} // 600000000 % 60",
    "second": "{0} // 10000000 % 60",
    "millisecond": "{0} // 10000 % 1000",
    "microsecond": "{0} // 10 % 1000000",
    "nanosecond": "{0} % 10000000 * 100",
}


def _part(call: Call, part: str, moment: str) -> str:
    return f"({_PARTS[part].format(moment)})::{sql_type(call.type)}"


def _part_function(names: str, part: str) -> None:
    scalar(names, "datetime")(lambda call: _part(call, part, call.sql[0]))


_part_function("getyear", "year")
_part_function("getmonth monthofyear", "month")
_part_function("dayofmonth", "day")
_part_function("dayofyear", "dayofyear")
_part_function("hourofday", "hour")
_part_function("week_of_year", "week_of_year")

scalar("dayofweek", "datetime", f"({{0}} // {TICKS_PER_DAY} + 1) % 7 * {TICKS_PER_DAY}")


@scalar("weekofyear", "datetime")
def weekofyear(call: Call) -> str:
    raise call.unsupported("weekofyear(), which does not count weeks as ISO 8601 does; use week_of_year()")


@scalar("datetime_part datepart", "string, datetime")
def datetime_part(call: Call) -> str:
    part = _unit(call)
    if part not in _PARTS:
        raise call.unsupported(f"the part {part} of a datetime")
    return _part(call, part, call.sql[1])


def _unit(call: Call) -> str:
    unit = call.constant(0)
    return unit.lower() if isinstance(unit, str) else ""


# --- arithmetic ------------------------------------------------------------------------------------------------------
_TICKS = {
    "week": 7 * TICKS_PER_DAY,
    "day": TICKS_PER_DAY,
    "hour": 3600 * TICKS_PER_SECOND,
    "minute": 60 * TICKS_PER_SECOND,
    "second": TICKS_PER_SECOND,
    "millisecond": 10_000,
    "microsecond": 10,
}
_MONTHS = {"year": 12, "quarter": 3, "month": 1}


@scalar("datetime_add", "string, long, datetime")
def datetime_add(call: Call) -> str:
    unit, amount, moment = _unit(call), call.sql[1], call.sql[2]
    if unit in _MONTHS:
        return f"kq_add_months({moment}, {amount} * {_MONTHS[unit]})"
    if unit in _TICKS:
        return f"{moment} + {amount} * {_TICKS[unit]}"
    if unit == "nanosecond":
        return f"{moment} + kq_real_to_long({amount} / 100)"
    raise call.unsupported(f"datetime_add() of {unit}s")


@scalar("datetime_diff", "string, datetime, datetime")
def datetime_diff(call: Call) -> str:
    """How many borders between periods lie between two datetimes: 23:59 and 0:01 of the next day differ by a day."""
    unit, later, earlier = _unit(call), call.sql[1], call.sql[2]
    if unit in _MONTHS:
        index = f"(year(kq_timestamp({{0}})) * 12 + month(kq_timestamp({{0}})) - 1) // {_MONTHS[unit]}"
    elif unit == "week":
        index = f"({{0}} + {TICKS_PER_DAY}) // {_TICKS['week']}"
    elif unit in _TICKS:
        index = f"{{0}} // {_TICKS[unit]}"
    elif unit == "nanosecond":
        return f"({later} - {earlier}) * 100"
    else:
        raise call.unsupported(f"datetime_diff() in {unit}s")
    return f"{index.format(later)} - {index.format(earlier)}"


# --- making ----------------------------------------------------------------------------------------------------------
@scalar("make_datetime", "any, long, long, long, long, real")
def make_datetime(call: Call) -> str:
    """A datetime of its parts; null where there is none such."""
    if call.count < 3:
        raise call.unsupported("make_datetime() of a single value")
    if call.arguments[0].type not in ("int", "long"):
        raise call.unsupported(f"make_datetime() of a {call.arguments[0].type}")
    year, month, day = call.sql[:3]
    hour, minute, second = (call.sql[i] if i < call.count else "0" for i in (3, 4, 5))
    return f"kq_make_datetime({year}, {month}, {day}, {hour}, {minute}, {second})"


@scalar("make_timespan", "number, number, number, number")
def make_timespan(call: Call) -> str:
    parts = call.sql
    if call.count == 2:
        parts = ["0", *parts, "0"]
    elif call.count == 3:
        parts = ["0", *parts]
    return f"kq_make_timespan({', '.join(parts)})"


def _unixtime(unit: str, ticks: int) -> None:
    def emit(call: Call) -> str:
        value = call.arguments[0]
        whole = value.type in ("int", "long")
        scaled = f"{value.sql}::HUGEINT * {ticks}" if whole else f"round({value.sql} * {ticks})"
        return f"kq_unix_ticks({scaled})"

    scalar(f"unixtime_{unit}_todatetime", "number")(emit)


for _unit_name, _unit_ticks in (("seconds", TICKS_PER_SECOND), ("milliseconds", 10_000), ("microseconds", 10)):
    _unixtime(_unit_name, _unit_ticks)


@scalar("unixtime_nanoseconds_todatetime", "number")
def unixtime_nanoseconds(call: Call) -> str:
    value = call.arguments[0]
    return f"kq_unix_ticks({value.sql} {'//' if value.type in ('int', 'long') else '/'} 100)"


# --- bins ------------------------------------------------------------------------------------------------------------
@scalar("bin floor", "any, any")
def bin_(call: Call) -> str:
    """The multiple of a size at or below a value; null where the size is not positive."""
    value, size = _alike(call)
    width = call.arguments[1]
    if call.type == "datetime" and width.type == "timespan" and width.constant and width.value and width.value > 0:
        return f"({value} // {size} * {size})"  # no datetime is below zero
    return f"kq_bin{_kind(call)}({value}, {size})"


@scalar("bin_at", "any, any, any")
def bin_at(call: Call) -> str:
    """A bin whose grid goes through a given point."""
    value, size = _alike(call)
    fixed = _converted(call, 2, call.type)
    return f"kq_bin{_kind(call)}({value} - {fixed}, {size}) + {fixed}"


@scalar("bin_auto", "any")
def bin_auto(call: Call) -> str:
    """A bin of the size, and through the point, that the query's set statements name."""
    size, fixed = (_option(call, f"query_bin_auto_{name}") for name in ("size", "at"))
    if size is None:
        raise call.unsupported("bin_auto() without set query_bin_auto_size")
    value = _converted(call, 0, call.type)
    step = convert(size[0], "timespan" if call.type == "datetime" else call.type, call.translator, size[1]).sql
    if fixed is None:
        return f"kq_bin{_kind(call)}({value}, {step})"
    origin = convert(fixed[0], call.type, call.translator, fixed[1]).sql
    return f"kq_bin{_kind(call)}({value} - {origin}, {step}) + {origin}"


def _option(call: Call, name: str) -> tuple[Expr, Node] | None:
    for statement in call.translator.analysis.tree.items("Statements"):
        if statement.kind == "SetOptionStatement" and statement.child("Name").simple_name == name:
            clause = statement.child("ValueClause")
            node = clause.child("Expression") if clause is not None else None
            return None if node is None else (call.translator.scalar(node), node)
    return None


def _kind(call: Call) -> str:
    return "_real" if call.type in ("real", "decimal") else ""


def _alike(call: Call) -> tuple[str, str]:
    value = call.arguments[0]
    if call.type in ("datetime", "timespan"):
        return _converted(call, 0, call.type), _converted(call, 1, "timespan")
    if call.type in ("int", "long", "real", "decimal"):
        return _converted(call, 0, call.type), _converted(call, 1, call.type)
    raise call.unsupported(f"{call.name}() of a {value.type}")


def _converted(call: Call, index: int, kusto_type: str) -> str:
    return convert(call.arguments[index], kusto_type, call.translator, call.nodes[index]).sql
