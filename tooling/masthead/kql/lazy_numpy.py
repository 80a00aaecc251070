"""numpy, imported when something of it is first used: few queries need it, and it takes a tenth of a second."""

from __future__ import annotations

from typing import Any


class _Numpy:
    def __getattr__(self, name: str) -> Any:
        import numpy

        return getattr(numpy, name)


np: Any = _Numpy()
