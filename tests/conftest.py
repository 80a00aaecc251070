"""For all tests: a property that holds slowly, because the machine is busy, still holds."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("masthead", deadline=None)
settings.load_profile("masthead")
