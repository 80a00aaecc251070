"""hash(), which is XXH64 of a text's bytes or of a time's ticks."""

from __future__ import annotations

from masthead.kql.translate.calls import Call
from masthead.kql.translate.registry import python_function, scalar
from masthead.kql.translate.types import REFUSAL

_MASK = (1 << 64) - 1
_P1, _P2, _P3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
_P4, _P5 = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5


def _rotated(x: int, bits: int) -> int:
    return (x << bits | x >> 64 - bits) & _MASK


def _round(lane: int, value: int) -> int:
    return _rotated((lane + value * _P2) & _MASK, 31) * _P1 & _MASK


def xxh64(data: bytes) -> int:
    """XXH64 of some bytes, with the seed 0, as an unsigned number."""
    place, end = 0, len(data)
    if end >= 32:
        lanes = [(_P1 + _P2) & _MASK, _P2, 0, -_P1 & _MASK]
        while place <= end - 32:
            for i in range(4):
                lanes[i] = _round(lanes[i], int.from_bytes(data[place + 8 * i : place + 8 * i + 8], "little"))
            place += 32
        total = sum(_rotated(lane, bits) for lane, bits in zip(lanes, (1, 7, 12, 18), strict=True)) & _MASK
        for lane in lanes:
            total = ((total ^ _round(0, lane)) * _P1 + _P4) & _MASK
    else:
        total = _P5
    total = (total + end) & _MASK
    while place + 8 <= end:
        total ^= _round(0, int.from_bytes(data[place : place + 8], "little"))
        total = (_rotated(total, 27) * _P1 + _P4) & _MASK
        place += 8
    if place + 4 <= end:
        total ^= int.from_bytes(data[place : place + 4], "little") * _P1 & _MASK
        total = (_rotated(total, 23) * _P2 + _P3) & _MASK
        place += 4
    for octet in data[place:]:
        total = _rotated(total ^ octet * _P5 & _MASK, 11) * _P1 & _MASK
    total = (total ^ total >> 33) * _P2 & _MASK
    total = (total ^ total >> 29) * _P3 & _MASK
    return total ^ total >> 32


def _hashed(data: bytes | None, modulus: int | None) -> int | None:
    if data is None:
        return None
    value = xxh64(data)
    value -= (value >> 63) << 64
    if modulus is None:
        return value
    if value < 0 or modulus < 1:
        raise ValueError(f"{REFUSAL}hash() by a modulus, where the hash is negative; how is not documented")
    return value % modulus


python_function("kq_hash_text", ["VARCHAR", "BIGINT"], "BIGINT")(
    lambda text, modulus: _hashed(None if text is None else text.encode(), modulus)
)
python_function("kq_hash_ticks", ["BIGINT", "BIGINT"], "BIGINT")(
    lambda ticks, modulus: _hashed(None if ticks is None else ticks.to_bytes(8, "little", signed=True), modulus)
)


@scalar("hash hash_xxhash64", "any, long")
def hash_(call: Call) -> str:
    """Of a text or a datetime, as the documentation's examples show; of other types nothing is documented."""
    value = call.arguments[0]
    helper = {"string": "kq_hash_text", "datetime": "kq_hash_ticks"}.get(value.type)
    if helper is None:
        raise call.unsupported(f"{call.name}() of a {value.type}; use tostring() first, or hash_sha256()")
    return f"{helper}({value.sql}, {call.sql[1] if call.count > 1 else 'NULL'})"
