"""Functions that encode and decode: base64, URLs, hashes, code points."""

from __future__ import annotations

import base64
import binascii
import json
import re
import uuid
from urllib.parse import quote, unquote_to_bytes

from masthead.kql.translate.calls import Call
from masthead.kql.translate.convert import text as text_of
from masthead.kql.translate.registry import python_function, scalar
from masthead.kql.translate.types import REFUSAL

scalar("base64_encode_tostring base64_encodestring", "text", "to_base64(encode({0}))")
scalar("base64_decode_tostring base64_decodestring", "text", "TRY(decode(from_base64({0})))")
# Octets that are no UTF-8 give null, as documented.
scalar(
    "base64_decode_toarray",
    "text",
    "CASE WHEN TRY(decode(from_base64({0}))) IS NOT NULL THEN kq_octets(TRY(from_base64({0}))) END",
)


def _base64_of_octets(text: str | None) -> str | None:
    value = json.loads(text) if text is not None else None
    if not isinstance(value, list):
        return None
    if not all(type(octet) is int and 0 <= octet <= 255 for octet in value):
        raise ValueError(f"{REFUSAL}base64_encode_fromarray() of what are no octets")
    octets = bytes(value)
    try:
        octets.decode("utf-8")
    except UnicodeDecodeError:
        return None  # as documented
    return base64.b64encode(octets).decode()


python_function("kq_base64_of_octets", ["VARCHAR"], "VARCHAR")(_base64_of_octets)
scalar("base64_encode_fromarray", "dynamic", "kq_base64_of_octets({0}::VARCHAR)")
scalar("isutf8", "text", "{0} IS NOT NULL", total=True)  # the engine has no other texts

# How these are encoded is not documented beyond an example; the characters that encoders treat differently are refused.
_DISPUTED = re.compile(r"[~!*()']")


def _encoded(text: str | None, space: str) -> str | None:
    if text is None:
        return None
    if found := _DISPUTED.search(text):
        raise ValueError(f"{REFUSAL}URL encoding of {found[0]}")
    return re.sub("%[0-9A-F]{2}", lambda m: m[0].lower(), quote(text, safe="")).replace("%20", space)


def _decoded(text: str | None) -> str | None:
    if text is None:
        return None
    if "+" in text:
        raise ValueError(f"{REFUSAL}url_decode() of a text with +, of which the documentation says nothing")
    try:
        return unquote_to_bytes(text).decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError(f"{REFUSAL}url_decode() of what is not UTF-8") from None


python_function("kq_url_encode", ["VARCHAR"], "VARCHAR")(lambda s: _encoded(s, "+"))
python_function("kq_url_encode_component", ["VARCHAR"], "VARCHAR")(lambda s: _encoded(s, "%20"))
python_function("kq_url_decode", ["VARCHAR"], "VARCHAR")(_decoded)
scalar("url_encode", "text", "kq_url_encode({0})")
scalar("url_encode_component", "text", "kq_url_encode_component({0})")
scalar("url_decode", "text", "kq_url_decode({0})")


def _hash(name: str, function: str) -> None:
    """The hash of any value is that of its text, and nothing has none. The pages tell of texts and datetimes; the rest
    was measured on Microsoft's emulator (tests/tooling/kql/cases/measured.yaml)."""

    def emit(call: Call) -> str:
        return f"{function}(nullif({text_of(call.arguments[0]).sql}, ''))"

    scalar(name, "any")(emit)


_hash("hash_md5", "md5")
_hash("hash_sha1", "sha1")
_hash("hash_sha256", "sha256")

scalar("unicode_codepoints_from_string to_utf8", "text", "to_json(kq_code_points({0}))")
scalar("isascii", "text", "regexp_full_match({0}, '[\\x00-\\x7F]*')")


@scalar("unicode_codepoints_to_string make_string", "any*")
def make_string(call: Call) -> str:
    parts = []
    for value in call.arguments:
        if value.type == "dynamic":
            parts.append(f"list_transform(kq_elements({value.sql}), lambda e: e::VARCHAR::INTEGER)")
        elif value.type in ("int", "long"):
            parts.append(f"[{value.sql}::INTEGER]")
        else:
            raise call.unsupported(f"{call.name}() of a {value.type}")
    points = parts[0] if len(parts) == 1 else f"list_concat({', '.join(parts)})"
    return f"array_to_string(list_transform({points}, lambda c: chr(c)), '')"


@scalar("base64_encode_fromguid", "guid")
def base64_encode_fromguid(call: Call) -> str:
    return f"kq_guid_base64({call.sql[0]}::VARCHAR)"


@scalar("base64_decode_toguid", "text")
def base64_decode_toguid(call: Call) -> str:
    return f"TRY_CAST(kq_base64_guid({call.sql[0]}) AS UUID)"


def _guid_base64(text: str | None) -> str | None:
    return None if text is None else base64.b64encode(uuid.UUID(text).bytes_le).decode()


def _base64_guid(text: str | None) -> str | None:
    try:
        octets = base64.b64decode(text or "", validate=True)
    except (binascii.Error, ValueError):
        return None
    return str(uuid.UUID(bytes_le=octets)) if len(octets) == 16 else None


python_function("kq_guid_base64", ["VARCHAR"], "VARCHAR")(_guid_base64)
python_function("kq_base64_guid", ["VARCHAR"], "VARCHAR")(_base64_guid)
