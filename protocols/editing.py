"""One value of a YAML text changed, added or taken out; every other byte, comments among them, stays.

The text is cut at the marks of its own tree, never written anew as a whole. What comes out is read again and
compared with what was meant: a change that can't be made without touching the rest is refused.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from pole.yamlfile import FileError, load
from pole.yamlfile import Node as Loaded
from protocols.emitting import block, inline

Path: TypeAlias = tuple[str | int, ...]
Marked: TypeAlias = Any
"""A node of ruamel's tree, which has no types: scalar, sequence or mapping, with its marks."""
SHORT = 100
"""What fits behind its key on one line."""


class Unwritable(ValueError):
    """The text is written in a way that this change can't be made in."""


def put(text: str, path: Path, value: Any) -> str:
    """The text with this value at this place; the last step may be a key that isn't there yet.

    A mapping in place of a mapping changes the keys that differ, so that comments between the others stay.

    Raises:
        Unwritable
    """
    return _checked(text, _set(_plain(text), path, value), _put(text, path, value))


def add(text: str, path: Path, value: Any, *, at: int | None = None) -> str:
    """The text with one more item in the list at this place, the last one or before the one `at`.

    Raises:
        Unwritable
    """
    meant = _plain(text)
    listed = _get(meant, path)
    if not isinstance(listed, list) or not listed:
        raise Unwritable
    place = len(listed) if at is None else at
    listed.insert(place, value)
    node = _find(_tree(text), path)
    if node.flow_style:
        return _checked(text, meant, _splice(text, node, inline(listed)))
    column = node.start_mark.column
    item = "\n".join(_item(value, column))
    where = _end(text, node.value[place - 1]) if place else _line_start(text, node.start_mark.index)
    written = f"{text[:where]}\n{item}{text[where:]}" if place else f"{text[:where]}{item}\n{text[where:]}"
    return _checked(text, meant, written)


def take(text: str, path: Path) -> str:
    """The text without what stands at this place. The last item of a list takes its key along.

    Raises:
        Unwritable
    """
    meant = _plain(text)
    *above, last = path
    holder = _get(meant, tuple(above))
    if len(holder) == 1 and above:
        return take(text, tuple(above))
    del holder[last]
    node = _find(_tree(text), tuple(above))
    if node.flow_style:
        return _checked(text, meant, _splice(text, node, inline(holder)))
    if isinstance(node, MappingNode):
        first, value = next((key, value) for key, value in node.value if key.value == last)
    else:
        first = value = node.value[last]
    start, end = _line_start(text, first.start_mark.index), _end(text, value)
    return _checked(text, meant, text[:start] + text[end:].removeprefix("\n"))


def move(text: str, path: Path, *, after: str | None) -> str:
    """The text with this key of a mapping behind another one of it, or as its first. Comments right above a key
    go along with it.

    Raises:
        Unwritable
    """
    *above, key = path
    meant = _plain(text)
    holder = _get(meant, tuple(above))
    if not isinstance(holder, dict) or key not in holder or key == after or (after and after not in holder):
        raise Unwritable
    others = [each for each in holder if each != key]
    place = others.index(after) + 1 if after else 0
    order = [*others[:place], key, *others[place:]]
    if order == [*holder]:
        return text
    node = _find(_tree(text), tuple(above))
    if node.flow_style:
        return _checked(text, meant, _splice(text, node, inline({each: holder[each] for each in order})))
    lines = text.split("\n")
    spans = {name.value: _lines_of(text, lines, name, value) for name, value in node.value}
    start, end = spans[str(key)]
    to = spans[after][1] if after else spans[others[0]][0]
    moved, rest = lines[start:end], lines[:start] + lines[end:]
    to -= end - start if to >= end else 0
    written = _checked(text, meant, "\n".join(rest[:to] + moved + rest[to:]))
    if [*_get(_plain(written), tuple(above))] != order:
        raise Unwritable
    return written


def _put(text: str, path: Path, value: Any) -> str:
    *above, last = path
    holder = _find(_tree(text), tuple(above))
    if isinstance(holder, MappingNode) and last not in {key.value for key, _value in holder.value}:
        return _new_key(text, tuple(above), str(last), value)
    old = _get(_plain(text), path)
    if old == value and type(old) is type(value):
        return text
    node = _find(_tree(text), path)
    if isinstance(old, dict) and isinstance(value, dict) and old and value and not node.flow_style:
        for key in [key for key in old if key not in value]:
            text = take(text, (*path, key))
        for key in value:
            text = _put(text, (*path, key), value[key])
        return text
    is_braced_item = isinstance(last, int) and isinstance(value, dict) and node.flow_style
    if _in_flow(text, path) or is_braced_item:
        return _splice(text, node, inline(value))
    key_column = _find(_tree(text), tuple(above)).start_mark.column
    return _splice(text, node, _behind_key(value, key_column))


def _new_key(text: str, path: Path, key: str, value: Any) -> str:
    node = _find(_tree(text), path)
    if node.flow_style:
        mapping = _get(_plain(text), path) | {key: value}
        if _in_flow(text, path) or not path:
            return _splice(text, node, inline(mapping))
        column = _find(_tree(text), path[:-1]).start_mark.column
        return _splice(text, node, _behind_key(mapping, column))
    column = node.start_mark.column
    where = _end(text, node.value[-1][1])
    pair = f"{' ' * column}{inline(key)}: {_behind_key(value, column)}"
    return f"{text[:where]}\n{_tidy(pair)}{text[where:]}"


def _behind_key(value: Any, column: int) -> str:
    """What follows a key and its blank: on the same line where it is short, else below it."""
    if isinstance(value, str):
        return "\n".join(block(value, column + 2)) if len(value) > SHORT or "\n" in value else inline(value)
    if not isinstance(value, dict | list) or not value or _fits(value):
        return inline(value)
    return "\n" + "\n".join(block(value, column + 2))


def _fits(value: Any) -> bool:
    """Lists and small mappings of words stand on one line; what holds mappings of its own doesn't."""
    nested = isinstance(value, list) and any(isinstance(each, dict) and len(each) > 1 for each in value)
    return len(inline(value)) <= SHORT and not nested


def _item(value: Any, column: int) -> list[str]:
    """An item of a list, its dash in this column."""
    if not isinstance(value, dict | list):
        return [f"{' ' * column}- {inline(value)}"]
    lines = block(value, column + 2)
    return [f"{' ' * column}- {lines[0].lstrip(' ')}", *lines[1:]]


def _splice(text: str, node: Marked, written: str) -> str:
    start, end = node.start_mark.index, _end(text, node)
    before = text[:start].rstrip(" ") if written.startswith("\n") else text[:start]
    return before + written + text[end:]


def _end(text: str, node: Marked) -> int:
    """Behind the last character of a value: blank lines and comments that follow are not its own."""
    start: int = node.start_mark.index
    end: int = node.end_mark.index
    if isinstance(node, ScalarNode) and node.style not in {"|", ">"}:
        return end
    if not isinstance(node, ScalarNode) and node.flow_style:
        return end
    if isinstance(node, MappingNode | SequenceNode) and node.value:
        last = node.value[-1]
        return _end(text, last[1] if isinstance(last, tuple) else last)
    lines = text[start:end].split("\n")
    indent = len(lines[1]) - len(lines[1].lstrip(" ")) if len(lines) > 1 else 0
    while len(lines) > 1 and (not lines[-1].strip() or len(lines[-1]) - len(lines[-1].lstrip(" ")) < indent):
        lines.pop()
    return start + len("\n".join(lines))


def _line_start(text: str, index: int) -> int:
    return text.rfind("\n", 0, index) + 1


def _lines_of(text: str, lines: list[str], key: Marked, value: Marked) -> tuple[int, int]:
    """The lines of a key, with the comments right above it: the first, and the one behind the last."""
    first = text.count("\n", 0, key.start_mark.index)
    last = text.count("\n", 0, _end(text, value))
    mark = " " * key.start_mark.column + "#"
    while first and lines[first - 1].startswith(mark):
        first -= 1
    return first, last + 1


def _tidy(pair: str) -> str:
    """No blank behind a key whose value stands below."""
    return pair.replace(": \n", ":\n", 1)


def _in_flow(text: str, path: Path) -> bool:
    tree = _tree(text)
    return any(_find(tree, path[:n]).flow_style for n in range(len(path)))


@lru_cache(maxsize=4)
def _tree(text: str) -> Marked:
    return YAML(typ="safe", pure=True).compose(text)


def _plain(text: str) -> Any:
    try:
        return _loaded(text).plain()
    except FileError:
        raise Unwritable from None


@lru_cache(maxsize=4)
def _loaded(text: str) -> Loaded:
    return load(text)


def _checked(text: str, meant: Any, written: str) -> str:
    try:
        if _loaded(written).plain() == meant:
            return written
    except FileError:
        pass
    raise Unwritable


def _find(node: Marked, path: Path) -> Marked:
    for step in path:
        try:
            if isinstance(step, int):
                node = node.value[step]
            else:
                node = next(value for key, value in node.value if key.value == step)
        except (IndexError, StopIteration, TypeError):
            raise Unwritable from None
    return node


def _get(plain: Any, path: Path) -> Any:
    for step in path:
        try:
            plain = plain[step]
        except (KeyError, IndexError, TypeError):
            raise Unwritable from None
    return plain


def _set(plain: Any, path: Path, value: Any) -> Any:
    *above, last = path
    holder = _get(plain, tuple(above))
    if isinstance(holder, list) and not (isinstance(last, int) and last < len(holder)):
        raise Unwritable
    if not isinstance(holder, dict | list):
        raise Unwritable
    holder[last] = value  # type: ignore[index] # a list has a place here, a mapping a key
    return plain
