"""Texts that were compressed and in base64. What a compressor writes is up to it, so only reading is exact."""

from __future__ import annotations

import base64
import binascii
import zlib

from masthead.kql.translate.registry import python_function, scalar
from masthead.kql.translate.types import REFUSAL

_SIZE_LIMIT = 16 * 1024 * 1024  # bytes of one text: a few packed ones can hold gigabytes


def _unpacked(text: str | None, window: int) -> str:
    """The text within, or nothing where it is not packed this way."""
    try:
        unpack = zlib.decompressobj(window)
        data = unpack.decompress(base64.b64decode(text or "", validate=True), _SIZE_LIMIT)
        if unpack.unconsumed_tail:
            raise ValueError(f"{REFUSAL}a compressed text of more than {_SIZE_LIMIT} bytes")
        return data.decode() if unpack.eof and not unpack.unused_data else ""
    except (binascii.Error, zlib.error, UnicodeDecodeError):
        return ""


python_function("kq_ungzip", ["VARCHAR"], "VARCHAR")(lambda s: _unpacked(s, 16 + zlib.MAX_WBITS))
python_function("kq_unzlib", ["VARCHAR"], "VARCHAR")(lambda s: _unpacked(s, zlib.MAX_WBITS))
scalar("gzip_decompress_from_base64_string", "text", "kq_ungzip({0})")
scalar("zlib_decompress_from_base64_string", "text", "kq_unzlib({0})")
