"""parse-kv: the values of named keys out of a text of key/value pairs.

Without delimiters every character but letters and digits is one. Its page does not say how the words between them are
paired; where the ways to pair them disagree about a row, the query is refused.
"""

from __future__ import annotations

import itertools
import json
import re
from functools import lru_cache
from typing import Any

from masthead.kql.language import Node
from masthead.kql.translate.convert import convert
from masthead.kql.translate.expressions.strings import check_regex
from masthead.kql.translate.model import Expr, Relation
from masthead.kql.translate.regexes import groups
from masthead.kql.translate.registry import operator, python_function
from masthead.kql.translate.translator import Translator
from masthead.kql.translate.types import REFUSAL, canonical_type, null_of, quote, string_literal

_WORD = re.compile("[A-Za-z0-9]+")
_TEXTS = ("pair_delimiter", "kv_delimiter", "regex")


def _options(translator: Translator, node: Node) -> dict[str, Any]:
    options: dict[str, Any] = {"quotes": [], "escapes": [], "greedy": False}
    clause = node.child("WithClause")
    for item in clause.items("Properties") if clause is not None else []:
        name = item.child("Name").simple_name or item.child("Name").text
        value = translator.constant(item.child("Expression"), f"{name} of parse-kv")
        if name == "quote":
            options["quotes"].append([value[0], value[-1]])
        elif name == "escape":
            options["escapes"].append(value)
        elif name == "greedy":
            options["greedy"] = bool(value)
        elif name in _TEXTS:
            options[name] = value
        else:
            raise translator.unsupported(f"parse-kv with {name}", item)
        if name == "regex":
            check_regex(translator, item, value)
            if len(groups(value)) != 2:
                raise translator.wrong("the regex of parse-kv needs two groups: the key and the value", item)
    return options


@operator("ParseKvOperator")
def parse_kv(translator: Translator, node: Node, relation: Relation) -> Relation:
    with translator.over(relation):
        text = translator.scalar_as(node.child("Expression"), "text").sql
    options = _options(translator, node)
    keys = [
        (c.child("Name").simple_name, canonical_type(c.child("Name").type)) for c in node.child("Keys").items("Columns")
    ]
    if "regex" in options:
        pattern = string_literal(options["regex"])
        pairs = (
            f"list_zip(list_transform(regexp_extract_all({text}, {pattern}, 1), lambda k: trim(k)), "
            f"list_transform(regexp_extract_all({text}, {pattern}, 2), lambda v: trim(v)))"
        )
    elif options.get("pair_delimiter") and options.get("kv_delimiter"):
        spec = string_literal(json.dumps(options, ensure_ascii=False))
        pairs = f"kq_parse_kv({text}, {spec})"
    elif options["greedy"] or any(options.get(name) for name in _TEXTS):
        raise translator.unsupported("parse-kv with one of pair_delimiter and kv_delimiter; give both, or none", node)
    else:
        if odd := next((name for name, _ in keys if not _WORD.fullmatch(name)), None):
            raise translator.unsupported(f"parse-kv without delimiters for the key {odd!r}, which is no word", node)
        spec = string_literal(json.dumps({**options, "keys": [name for name, _ in keys]}, ensure_ascii=False))
        pairs = f"kq_parse_kv_words({text}, {spec})"
    found = translator.fresh("kv")
    matched = relation.with_source(f"(SELECT *, {pairs} AS {quote(found)} FROM {relation.source} AS s)")
    made = {}
    for name, kind in keys:
        first = f"list_filter({quote(found)}, lambda p: p[1] = {string_literal(name)})[1][2]"
        value = convert(Expr(f"coalesce({first}, '')", "string", total=True), kind, translator, node)
        if kind == "string":
            made[name] = value
        else:
            made[name] = Expr(f"CASE WHEN {first} IS NULL THEN {null_of(kind)} ELSE {value.sql} END", kind)
    replaced = {c.name for c in relation.columns} & set(made)  # the binder lists both, as for parse
    translator.replaced |= replaced
    columns = [(c.name, made.pop(c.name, c.expr)) for c in relation.columns] + list(made.items())
    made_rows = translator.select(matched, columns)
    return made_rows if replaced else translator.shaped(made_rows, node)


@lru_cache(maxsize=64)
def _spec(text: str) -> dict[str, Any]:
    return json.loads(text)


@python_function("kq_parse_kv", ["VARCHAR", "VARCHAR"], "VARCHAR[][]")
def pairs_of(text: str | None, spec: str) -> list[list[str]]:
    """The [key, value] pairs of a text, in their order."""
    options = _spec(spec)
    pair, kv = options["pair_delimiter"], options["kv_delimiter"]
    pieces = _pieces(text or "", pair, kv, dict(options["quotes"]), set(options["escapes"]))
    pairs: list[list[str]] = []
    for piece in pieces:
        parts: list[str] = []
        for token in piece:
            if token is None:
                parts.append("")
            elif parts:
                parts[-1] += token
            else:
                parts.append(token)
        if len(parts) > 2:
            raise ValueError(f"{REFUSAL}parse-kv: a value without quotes holds the delimiter {kv!r}")
        if len(parts) == 2:
            pairs.append([parts[0].strip(), parts[1].strip()])
        elif options["greedy"] and pairs:
            pairs[-1][1] = f"{pairs[-1][1]}{pair}{''.join(parts)}".strip()
    return pairs


def _pieces(text: str, pair: str, kv: str, quotes: dict[str, str], escapes: set[str]) -> list[list[str | None]]:
    """The text cut at the pair delimiters that stand outside quotes; within a piece, None is a key/value delimiter."""
    pieces: list[list[str | None]] = [[]]
    at, closing = 0, None
    while at < len(text):
        character = text[at]
        if closing is not None:
            if character in escapes and at + 1 < len(text):
                pieces[-1].append(text[at + 1])
                at += 2
                continue
            if character == closing:
                closing = None
            else:
                pieces[-1].append(character)
        elif character in quotes:
            closing = quotes[character]
        elif text.startswith(pair, at):
            pieces.append([])
            at += len(pair)
            continue
        elif text.startswith(kv, at):
            pieces[-1].append(None)
            at += len(kv)
            continue
        else:
            pieces[-1].append(character)
        at += 1
    return pieces


@python_function("kq_parse_kv_words", ["VARCHAR", "VARCHAR"], "VARCHAR[][]")
def pairs_of_words(text: str | None, spec: str) -> list[list[str]]:
    """The [key, value] pairs of a text without delimiters, for the keys that are asked for."""
    options = _spec(spec)
    keys = options["keys"]
    words = _words(text or "", dict(options["quotes"]), set(options["escapes"]))
    following = {}  # the word behind the first that is the key
    for word, value in itertools.pairwise(words):
        following.setdefault(word, value)
    paired = {}  # the words in pairs
    for word, value in zip(words[::2], words[1::2], strict=False):
        paired.setdefault(word, value)
    taken, at = {}, 0  # the word behind a key, which is no key itself
    while at + 1 < len(words):
        if words[at] in keys:
            taken.setdefault(words[at], words[at + 1])
            at += 1
        at += 1
    for key in keys:
        if not following.get(key) == paired.get(key) == taken.get(key):
            raise ValueError(f"{REFUSAL}parse-kv without delimiters, where it is not sure what the value of {key!r} is")
    return [[key, following[key].strip()] for key in keys if key in following]


def _words(text: str, quotes: dict[str, str], escapes: set[str]) -> list[str]:
    """The words of a text, and what stands in quotes as one word."""
    words: list[str] = []
    at = 0
    while at < len(text):
        character = text[at]
        if character in quotes:
            quoted, behind = _quoted(text, at + 1, quotes[character], escapes)
            if text[at - 1 : at].isalnum() or text[behind : behind + 1].isalnum():
                raise ValueError(f"{REFUSAL}parse-kv without delimiters of a text with a quote in a word")
            words.append(quoted)
            at = behind
        elif word := _WORD.match(text, at):
            words.append(word[0])
            at = word.end()
        elif character == "_" or character.isalnum():
            raise ValueError(f"{REFUSAL}parse-kv without delimiters of a text with {character!r}")
        else:
            at += 1
    return words


def _quoted(text: str, at: int, closing: str, escapes: set[str]) -> tuple[str, int]:
    """What stands in quotes from `at` on, and the place behind it."""
    out: list[str] = []
    while at < len(text) and text[at] != closing:
        at += text[at] in escapes and at + 1 < len(text)
        out.append(text[at])
        at += 1
    if at == len(text):
        raise ValueError(f"{REFUSAL}parse-kv of a text with a quote that does not end")
    return "".join(out), at + 1
