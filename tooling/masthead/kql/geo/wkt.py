"""Well-known text, as GeoJSON: POINT (1 2), POLYGON ((0 0, 2 0, 2 2, 0 0)), GEOMETRYCOLLECTION (…)."""

from __future__ import annotations

import json
import re
from typing import Any

_KINDS = {  # how deep the lists of coordinates are
    "POINT": ("Point", 0),
    "MULTIPOINT": ("MultiPoint", 1),
    "LINESTRING": ("LineString", 1),
    "MULTILINESTRING": ("MultiLineString", 2),
    "POLYGON": ("Polygon", 2),
    "MULTIPOLYGON": ("MultiPolygon", 3),
}
_TOKEN = re.compile(r"\s*([A-Za-z]+|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[(),])")
_NESTING = 16  # of collections


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens: list[str] = []
        place = 0
        text = text.rstrip()
        while place < len(text):
            token = _TOKEN.match(text, place)
            if token is None:
                raise ValueError
            self.tokens.append(token[1])
            place = token.end()
        self.tokens.reverse()

    def take(self, *wanted: str) -> str:
        token = self.tokens.pop() if self.tokens else ""
        if wanted and token not in wanted:
            raise ValueError
        return token

    def listed(self, read: Any) -> list[Any]:
        self.take("(")
        out = [read()]
        while self.take(",", ")") == ",":
            out.append(read())
        return out

    def number(self) -> float | int:
        token = self.take()
        return int(token) if re.fullmatch(r"[-+]?\d{1,15}", token) else float(token)

    def point(self) -> list[float | int]:
        return [self.number(), self.number()]

    def either(self) -> list[float | int]:
        """A point of a MULTIPOINT, which may stand in parentheses."""
        if self.tokens and self.tokens[-1] == "(":
            return self.listed(self.point)[0]
        return self.point()

    def nested(self, depth: int) -> Any:
        return self.listed(self.point if depth == 1 else lambda: self.nested(depth - 1))

    def shape(self, depth: int = 0) -> dict[str, Any]:
        word = self.take().upper()
        if word == "GEOMETRYCOLLECTION" and depth < _NESTING:
            return {"type": "GeometryCollection", "geometries": self.listed(lambda: self.shape(depth + 1))}
        if word not in _KINDS:
            raise ValueError
        kind, nesting = _KINDS[word]
        if nesting == 0:
            points = self.listed(self.point)
            if len(points) != 1:
                raise ValueError
            return {"type": kind, "coordinates": points[0]}
        return {"type": kind, "coordinates": self.listed(self.either) if word == "MULTIPOINT" else self.nested(nesting)}


def geojson(text: str) -> str | None:
    """The GeoJSON of a well-known text; None where it is none."""
    try:
        reader = _Reader(text)
        shape = reader.shape()
    except ValueError:
        return None
    return None if reader.tokens else json.dumps(shape, separators=(",", ":"))
