"""Plain data written as YAML the way these files are written by hand. Pure, but for asking YAML what it reads."""

from __future__ import annotations

import json
import re
import textwrap
from datetime import date
from typing import Any

from pole.yamlfile import FileError, load

WIDTH = 110
UNPRINTED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def inline(value: Any) -> str:  # noqa: PLR0911  (one return per kind)
    """On one line: a word, a list in brackets, a mapping in braces."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case date():
            return value.isoformat()
        case list():
            return "[" + ", ".join(map(inline, value)) + "]"
        case dict():
            return "{" + ", ".join(f"{inline(key)}: {inline(each)}" for key, each in value.items()) + "}"
        case str():
            return value if _is_plain(value) else _quoted(value)
    raise TypeError(f"{type(value).__name__} is no plain data")


def block(value: Any, column: int) -> list[str]:
    """As lines that begin in this column; a long text as a paragraph, its first line the mark that goes behind
    its key."""
    pad = " " * column
    if isinstance(value, str):
        return _paragraph(value, column)
    if isinstance(value, list):
        lines = []
        for each in value:
            if isinstance(each, dict) and each and len(inline(each)) > WIDTH - column:
                first, *rest = block(each, column + 2)
                lines += [f"{pad}- {first.lstrip(' ')}", *rest]
            else:
                lines.append(f"{pad}- {inline(each)}")
        return lines
    lines = []
    for key, each in value.items():
        words = inline(each)
        head = f"{pad}{inline(key)}:"
        if isinstance(each, str) and ("\n" in each or len(words) > WIDTH - column - len(key)):
            first, *rest = _paragraph(each, column + 2)
            lines += [f"{head} {first}", *rest]
        elif isinstance(each, dict | list) and each and _is_deep(each, words, column):
            lines += [head, *block(each, column + 2)]
        else:
            lines.append(f"{head} {words}")
    return lines


def _is_deep(value: Any, words: str, column: int) -> bool:
    parts = list(value.values()) if isinstance(value, dict) else value
    rules = isinstance(value, list) and any(isinstance(part, dict) and "id" in part for part in parts)
    return rules or len(words) > WIDTH - column - 12


def _paragraph(text: str, column: int) -> list[str]:
    """Folded, or in quotes where folding would lose a blank."""
    lines = text.split("\n")
    if any(line != line.strip(" ") or "  " in line for line in lines) or not text or UNPRINTED.search(text):
        return [_quoted(text)]
    pad, folded = " " * column, list[str]()
    for n, line in enumerate(lines):
        if (n and line) or n:
            folded.append("")
        wrapped = textwrap.wrap(line, WIDTH - column, break_long_words=False, break_on_hyphens=False)
        folded += [pad + part for part in wrapped]
    return [">-", *folded]


def _is_plain(text: str) -> bool:
    """Whether YAML reads these letters as this text, between brackets too."""
    if not text or len(text) > 400 or re.search(r"[,{}\[\]\n\r\t]|: |:$| #|^[-?:#&*!|>'\"%@`]", text):
        return False
    try:
        return bool(load(f"x: [{text}]").plain() == {"x": [text]})
    except FileError:
        return False


def _quoted(text: str) -> str:
    return UNPRINTED.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))
