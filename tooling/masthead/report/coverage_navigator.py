"""Coverage as a layer for MITRE's ATT&CK Navigator, layer format 4.5.

The format: https://github.com/mitre-attack/attack-navigator/blob/master/layers/spec/v4.5/layerformat.md
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from masthead.coverage.evidence import Evidence, strongest
from masthead.coverage.matrix import Coverage, Piece

COLORS = {
    Evidence.RECORDED: "#1b7837",
    Evidence.VENDOR_SAMPLE: "#5aae61",
    Evidence.DERIVED: "#a6dba0",
    Evidence.CONSTRUCTED: "#d9f0d3",
    Evidence.UNTESTED: "#fee391",
}
_NAVIGATOR = "4.9.0"  # the first Navigator that reads format 4.5


def render_navigator(coverage: Coverage) -> str:
    """The techniques that the content of `coverage` names, coloured and scored by evidence.

    A score is the strength of the proof, 1 (untested) to 5 (recorded). The comment lists the content.
    """
    by_technique: dict[str, list[Piece]] = {}
    for piece in coverage.pieces:
        for technique in piece.techniques:
            by_technique.setdefault(technique, []).append(piece)
    layer = {
        "name": "Masthead coverage",
        "versions": {"attack": _attack_version(), "navigator": _NAVIGATOR, "layer": "4.5"},
        "domain": "enterprise-attack",
        "description": "Techniques that the detections and hunting queries address, by what proves them.",
        "layout": {"layout": "side", "expandedSubtechniques": "annotated"},
        "techniques": [_technique(technique, by_technique[technique]) for technique in sorted(by_technique)],
        "gradient": {"colors": [COLORS[each] for each in reversed(Evidence)], "minValue": 1, "maxValue": len(Evidence)},
        "legendItems": [{"label": each.value, "color": color} for each, color in COLORS.items()],
    }
    return json.dumps(layer, indent=2, ensure_ascii=False) + "\n"


def _technique(technique: str, pieces: list[Piece]) -> dict[str, Any]:
    evidence = strongest(piece.evidence for piece in pieces) or Evidence.UNTESTED
    return {
        "techniqueID": technique,
        "score": evidence.strength + 1,
        "color": COLORS[evidence],
        "comment": "\n".join(f"{piece.name} ({piece.evidence})" for piece in pieces),
        "enabled": True,
    }


def _attack_version() -> str:
    attack = json.loads((files("masthead.lint") / "data" / "attack.json").read_text(encoding="utf-8"))
    return str(attack["version"]).split(".")[0]
