"""What Sentinel is told about the files: sentinel-deployment.config, at the root of the repository it is connected to.

https://learn.microsoft.com/azure/sentinel/ci-cd-custom-deploy
"""

from __future__ import annotations

import json
from collections.abc import Sequence

CONFIG = "sentinel-deployment.config"


def config_text(first: Sequence[str]) -> str:
    """The configuration. `first`: the files that others depend on, in the order in which they must be deployed."""
    made = {"prioritizedcontentfiles": list(first), "excludecontentfiles": [], "parameterfilemappings": {}}
    return json.dumps(made, indent=2, ensure_ascii=False) + "\n"
