"""Macros of the string operators, for needles that only running tells."""

from __future__ import annotations

from masthead.kql.translate.registry import macro

_EDGE = "'[\\p{L}\\p{N}]'"
_BEFORE = f"CASE WHEN regexp_matches(n[1], {_EDGE}) THEN '(?:^|[^\\p{{L}}\\p{{N}}])' ELSE '' END"
_BEHIND = f"CASE WHEN regexp_matches(n[-1], {_EDGE}) THEN '(?:$|[^\\p{{L}}\\p{{N}}])' ELSE '' END"
_HEAD = "CASE WHEN i THEN '(?is)' ELSE '(?s)' END"

macro("kq_has", f"(s, n, i) AS n = '' OR regexp_matches(s, {_HEAD} || {_BEFORE} || regexp_escape(n) || {_BEHIND})")
macro("kq_hasprefix", f"(s, n, i) AS n = '' OR regexp_matches(s, {_HEAD} || {_BEFORE} || regexp_escape(n))")
macro("kq_hassuffix", f"(s, n, i) AS n = '' OR regexp_matches(s, {_HEAD} || regexp_escape(n) || {_BEHIND})")

# DuckDB's own make the new text at once, whatever its size: a few short ones within each other would fill any memory.
_FITS = "(strlen(s) + 1) * (strlen(new) + 1) <= 268435456"
macro("kq_replace", f"(s, old, new, refusal) AS CASE WHEN {_FITS} THEN replace(s, old, new) ELSE refusal END")
macro(
    "kq_replace_regex",
    f"(s, regex, new, refusal) AS CASE WHEN {_FITS} THEN regexp_replace(s, regex, new, 'g') ELSE refusal END",
)

# A pattern for ASCII is cheap to compile, and finds all that the exact one does: its terms end earlier. By itself it is
# tried once for each distinct text of a column that a file keeps as a dictionary. The exact one hangs on the text, or it
# would be compiled even where it is not used; the lambda keeps the text, which may be long, from being bound five times.
macro(
    "kq_term",
    "(s, plain, exact) AS CASE WHEN regexp_matches(s, plain) THEN list_transform([s], lambda t: "
    "CASE WHEN strlen(t) = length(t) THEN true ELSE regexp_matches(t, exact || left(t, 0)) END)[1] ELSE false END",
    by_name=True,
)
