"""JSON files that machines write: the path of whatever is wrong, by the same readers as files that people write.

Not read as YAML, though it nearly is: a note may hold any character, and a reading may be longer than a person types.
"""

import json
from pathlib import Path
from typing import Any

from pole.yamlfile import FileError, Node

MAX_BYTES = 20_000_000


def load(source: Path | str, *, error: type[FileError] = FileError, name: str = "") -> Node:
    """Read a file, or a text when `source` is a string (`name` is then what errors call it).

    Raises:
        FileError: (or the subclass given) not readable, not JSON, a key twice, a number that JSON doesn't have.
    """
    name = name or (str(source) if isinstance(source, Path) else "")
    try:
        text = source.read_text(encoding="utf-8") if isinstance(source, Path) else source
    except (OSError, UnicodeDecodeError) as problem:
        raise error(f"cannot be read: {problem}", file=name) from None
    if len(text) > MAX_BYTES:
        raise error(f"is longer than {MAX_BYTES} characters", file=name)
    try:
        plain = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_number)
    except json.JSONDecodeError as problem:
        raise error(f"not valid JSON: {problem.msg}", line=problem.lineno, file=name) from None
    except ValueError as problem:
        raise error(f"not valid JSON: {problem}", file=name) from None
    except RecursionError:
        raise error("is nested too deeply", file=name) from None
    return _node(plain, (), name, error)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"'{next(key for key in keys if keys.count(key) > 1)}' stands twice in one object")
    return found


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is not a number")


def _node(plain: Any, path: tuple[str | int, ...], file: str, error: type[FileError]) -> Node:
    here = Node(plain, 0, path, file, error)
    if isinstance(plain, str):
        try:
            plain.encode()
        except UnicodeEncodeError:
            raise here.error("holds half of a character") from None
    if isinstance(plain, dict):
        value: Any = {key: _node(child, (*path, key), file, error) for key, child in plain.items()}
    elif isinstance(plain, list):
        value = [_node(child, (*path, n), file, error) for n, child in enumerate(plain)]
    else:
        return here
    return Node(value, 0, path, file, error)
