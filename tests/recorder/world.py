"""What runs on the cluster before anything is recorded."""

from __future__ import annotations

from pathlib import Path

import yaml

from recorder.kinds import Object

WORLD = Path(__file__).with_name("world")


def world_objects() -> list[Object]:
    """What runs on the cluster before anything is recorded, in the order in which it can be made."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(WORLD.glob("*.yaml"))]
    return [made for text in texts for made in yaml.safe_load_all(text) if made]
