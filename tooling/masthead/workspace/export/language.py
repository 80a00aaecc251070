"""In which language templates are written."""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    """ARM's own JSON, or Bicep, which is compiled to it."""

    ARM = "arm"
    BICEP = "bicep"
