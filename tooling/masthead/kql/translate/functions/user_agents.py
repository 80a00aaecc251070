"""parse_user_agent(): by the open expressions of uap-core, which Kusto's own function rests on.

They grow with the browsers that there are, so a new one may have another name here than in the service.
"""

from __future__ import annotations

import importlib
import json
from functools import lru_cache
from typing import Any

from masthead.kql.translate.calls import Call
from masthead.kql.translate.registry import python_function, scalar
from masthead.kql.translate.types import REFUSAL

_TEXT_LIMIT = 20_000  # characters; servers take headers of at most 8,000
_NOTHING = "Other"  # what uap-core calls that which no expression knows

# What to look for → (the name of its part in the result, the parser's, {property: the parser's}).
_VERSION = {"MajorVersion": "major", "MinorVersion": "minor", "Patch": "patch"}
_PARTS: dict[str, tuple[str, str, dict[str, str]]] = {
    "browser": ("Browser", "user_agent", {"Family": "family", **_VERSION}),
    "os": ("OperatingSystem", "os", {"Family": "family", **_VERSION, "PatchMinor": "patch_minor"}),
    "device": ("Device", "device", {"Family": "family", "Brand": "brand", "Model": "model"}),
}


@lru_cache(maxsize=1)
def _parser() -> Any:
    """The parser whose expressions take time in proportion to the text."""
    try:
        package, expressions, rust = (
            importlib.import_module(f"ua_parser{part}") for part in ("", ".loaders", ".regex")
        )
    except ImportError:
        raise ValueError(
            f'{REFUSAL}parse_user_agent() without its library; add it with pip install "masthead[user-agent]"'
        ) from None
    return package.Parser(rust.Resolver(expressions.load_builtins()))


@lru_cache(maxsize=10_000)
def _read(text: str, wanted: str) -> str:
    if len(text) > _TEXT_LIMIT:
        raise ValueError(f"{REFUSAL}parse_user_agent() of a text of more than {_TEXT_LIMIT} characters")
    found = _parser().parse(text)
    result = {}
    for part in wanted.split():
        name, attribute, properties = _PARTS[part]
        value = getattr(found, attribute)
        nothing = {"Family": _NOTHING}
        result[name] = {
            key: getattr(value, theirs, None) or "" if value is not None else nothing.get(key, "")
            for key, theirs in properties.items()
        }
    return json.dumps(result, ensure_ascii=False, separators=(",", ":"))


python_function("kq_user_agent", ["VARCHAR", "VARCHAR"], "VARCHAR")(
    lambda text, wanted: None if text is None else _read(text, wanted)
)


@scalar("parse_user_agent", "text, any")
def parse_user_agent(call: Call) -> str:
    wanted = call.constant(1)
    parts = wanted if isinstance(wanted, list) else [wanted]
    if not parts or any(part not in _PARTS for part in parts):
        listed = ", ".join(f'"{part}"' for part in _PARTS)
        raise call.translator.wrong(f"parse_user_agent() looks for {listed}, or an array of these", call.nodes[1])
    return f"kq_user_agent({call.sql[0]}, '{' '.join(p for p in _PARTS if p in parts)}')::JSON"
