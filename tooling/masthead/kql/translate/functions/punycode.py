"""Texts and domain names in punycode, which writes all of Unicode in ASCII: xn--…"""

from __future__ import annotations

from masthead.kql.translate.registry import python_function, scalar
from masthead.kql.translate.types import REFUSAL

_PREFIX = "xn--"


def _encoded(text: str) -> str:
    if text.isascii() or text != text.lower():
        raise ValueError(f"{REFUSAL}punycode of a text that is ASCII already, or has capitals")
    return _PREFIX + text.encode("punycode").decode("ascii")


def _decoded(text: str) -> str:
    try:
        if not text.startswith(_PREFIX):
            raise UnicodeError
        return text[len(_PREFIX) :].encode("ascii").decode("punycode")
    except UnicodeError:
        raise ValueError(f"{REFUSAL}reading punycode that is none") from None


def _encoded_domain(text: str | None) -> str:
    return ".".join(label if label.isascii() else _encoded(label) for label in (text or "").split("."))


def _decoded_domain(text: str | None) -> str:
    return ".".join(_decoded(label) if label.startswith(_PREFIX) else label for label in (text or "").split("."))


for _name, _function in (
    ("punycode_from_string", lambda s: _encoded(s or "")),
    ("punycode_to_string", lambda s: _decoded(s or "")),
    ("punycode_domain_from_string", _encoded_domain),
    ("punycode_domain_to_string", _decoded_domain),
):
    python_function(f"kq_{_name}", ["VARCHAR"], "VARCHAR")(_function)
    scalar(_name, "text", f"kq_{_name}({{0}})")
