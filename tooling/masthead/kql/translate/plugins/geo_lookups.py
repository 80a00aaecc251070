"""geo_polygon_lookup and geo_line_lookup: rows joined to a table of shapes by their places."""

from __future__ import annotations

from typing import Any

from masthead.kql.language import Node
from masthead.kql.translate.calls import PluginCall
from masthead.kql.translate.model import Relation
from masthead.kql.translate.plugins.lookups import matched
from masthead.kql.translate.registry import plugin
from masthead.kql.translate.types import quote

# lookup_area_radius helps the service to find matches; which there are does not hang on it.
_OPTIONS = ("radius", "return_unmatched", "lookup_area_radius", "return_lookup_key")


@plugin("geo_polygon_lookup")
def geo_polygon_lookup(call: PluginCall) -> Relation:
    """Places within a polygon; with a radius, those so near to it."""
    return _looked_up(call, "kq_geo_point_in_polygon", "kq_geo_distance_point_to_polygon")


@plugin("geo_line_lookup")
def geo_line_lookup(call: PluginCall) -> Relation:
    """Places as near to a line as the radius, in metres."""
    return _looked_up(call, None, "kq_geo_distance_point_to_line")


def _looked_up(call: PluginCall, within: str | None, distance: str) -> Relation:
    """within, distance: the functions of a place and a shape that tell."""
    translator, left = call.translator, call.relation
    options = _options(call)
    right = translator.tabular(call.nodes[0])
    key = right.column(call.nodes[1].simple_name)
    if key is None:
        raise call.unsupported(f"{call.name} by anything but a column of shapes")
    radius = options["radius"]
    if within is None and radius is None:
        raise translator.wrong(f"{call.name} needs a radius", call.node)
    if radius is not None and not (isinstance(radius, int | float) and radius >= 0):
        raise translator.wrong(f"the radius of {call.name} is a number of metres, of 0 or more", call.node)
    with translator.over(left):
        place = [translator.scalar_as(node, "real").sql for node in call.nodes[2:4]]
    placed = f'(SELECT *, {place[0]} AS "$lng", {place[1]} AS "$lat" FROM {left.source} AS s)'
    arguments = f'(l."$lng", l."$lat", r.{quote(key.identifier)}::VARCHAR)'
    return matched(
        call,
        left.with_source(placed),
        right,
        f"{within}{arguments}" if radius is None else f"{distance}{arguments} <= {float(radius)!r}",
        left_out=set() if options["return_lookup_key"] else {key.identifier},
        unmatched=bool(options["return_unmatched"]),
    )


def _options(call: PluginCall) -> dict[str, Any]:
    """The values of the options, by name or by place; None for those that are not given."""
    given: dict[str, Node] = {}
    for index, node in enumerate(call.nodes[4:]):
        if node.kind == "SimpleNamedExpression":
            given[node.child("Name").simple_name] = node.child("Expression")
        elif index < len(_OPTIONS):
            given[_OPTIONS[index]] = node
    translator = call.translator
    return {
        name: translator.constant(given[name], f"{name} of {call.name}") if name in given else None for name in _OPTIONS
    }
