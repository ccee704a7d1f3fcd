"""YAML files that people write: read with the line and the path of whatever is wrong.

Only plain data: no anchors, no tags, no duplicate keys. YAML 1.2, so that `on`, `no` and `yes` are words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

MAX_BYTES = 1_000_000


class FileError(ValueError):
    """A file that cannot be used: which, where in it, and why."""

    def __init__(self, reason: str, *, path: str = "", line: int = 0, file: str = "") -> None:
        self.reason, self.path, self.line, self.file = reason, path, line, file
        place = f"{file}:{line}" if line else file
        super().__init__(": ".join(part for part in (place, path, reason) if part))


@dataclass(frozen=True, slots=True)
class Node:
    """One value of the file, with where it stands. Its readers raise the error that fits the file."""

    value: Any
    line: int
    path: tuple[str | int, ...] = ()
    file: str = ""
    error_class: type[FileError] = field(default=FileError, repr=False)

    @property
    def place(self) -> str:
        """The path as people read it: `markers.M1.floors[0]`."""
        path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path)
        return path.removeprefix(".")

    def error(self, reason: str) -> FileError:
        """What to raise about this value."""
        return self.error_class(reason, path=self.place, line=self.line, file=self.file)

    def plain(self) -> Any:
        """The value as plain data, without places."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def at(self, path: tuple[str | int, ...]) -> Node:
        """The value at a path below this one, or the nearest above it that exists."""
        node = self
        for step in path:
            try:
                node = node.value[step]
            except (KeyError, IndexError, TypeError):
                break
        return node

    def mapping(
        self, *, required: Collection[str] = (), optional: Collection[str] | None = None
    ) -> dict[str, Node]:
        """A mapping with these keys and no other; any further key when `optional` is None."""
        if not isinstance(self.value, dict):
            raise self.error("expected a mapping (key: value)")
        for key in required:
            if key not in self.value:
                raise self.error(f"'{key}' is missing")
        if optional is not None:
            for key, node in self.value.items():
                if key not in required and key not in optional:
                    raise node.error(f"'{key}' is not a key that belongs here")
        return self.value

    def items(self) -> Iterator[Node]:
        """The members of a list."""
        if not isinstance(self.value, list):
            raise self.error("expected a list")
        return iter(self.value)

    def text(self) -> str:
        """A text that is not empty."""
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.error(f"expected a text, found {self._found()}")
        return self.value.strip()

    def words(self) -> tuple[str, ...]:
        """A list of texts without repeats."""
        words = tuple(node.text() for node in self.items())
        for n, word in enumerate(words):
            if word in words[:n]:
                raise self.value[n].error(f"'{word}' stands here twice")
        return words

    def one_of(self, allowed: Collection[str]) -> str:
        """One of a list of words."""
        if not isinstance(self.value, str) or self.value not in allowed:
            raise self.error(f"expected one of {', '.join(sorted(allowed))}, found {self._found()}")
        return self.value

    def whole(self, least: int, most: int) -> int:
        """A whole number between two bounds, both included."""
        if not isinstance(self.value, int) or isinstance(self.value, bool) or not least <= self.value <= most:
            raise self.error(f"expected a whole number from {least} to {most}, found {self._found()}")
        return self.value

    def truth(self) -> bool:
        """true or false."""
        if not isinstance(self.value, bool):
            raise self.error(f"expected true or false, found {self._found()}")
        return self.value

    def day(self) -> date:
        """A date."""
        value = self.value
        if isinstance(value, str):
            try:
                value = date.fromisoformat(value)
            except ValueError:
                value = None
        if not isinstance(value, date) or isinstance(value, datetime):
            raise self.error(f"expected a date like 2026-09-01, found {self._found()}")
        return value

    def instant(self) -> datetime:
        """A date and time with its offset."""
        value = self.value
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value)
            except ValueError:
                value = None
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise self.error(f"expected an instant like 2026-09-15T10:00:00+02:00, found {self._found()}")
        return value

    def _found(self) -> str:
        return {dict: "a mapping", list: "a list", type(None): "nothing"}.get(
            type(self.value), repr(self.value)
        )


def load(source: Path | str, *, error: type[FileError] = FileError, name: str = "") -> Node:
    """Read a file, or a text when `source` is a string (`name` is then what errors call it).

    Raises:
        FileError: (or the subclass given) not readable, not YAML, or using what plain data has no need of.
    """
    name = name or (str(source) if isinstance(source, Path) else "")
    try:
        text = source.read_text(encoding="utf-8") if isinstance(source, Path) else source
    except (OSError, UnicodeDecodeError) as problem:
        raise error(f"cannot be read: {problem}", file=name) from None
    if len(text) > MAX_BYTES:
        raise error(f"is longer than {MAX_BYTES} characters", file=name)
    reader = YAML(typ="safe", pure=True)
    try:
        root = reader.compose(text)
        if root is None:
            raise error("is empty", file=name)
        return _node(root, (), root.start_mark.line + 1, name, error)
    except MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else 0
        raise error(f"not valid YAML: {problem.problem or problem.context}", line=line, file=name) from None
    except YAMLError as problem:
        raise error(f"not valid YAML: {problem}", file=name) from None
    except RecursionError:
        raise error("is nested too deeply", file=name) from None


def _node(raw: Any, path: tuple[str | int, ...], line: int, file: str, error: type[FileError]) -> Node:
    """`line` is that of the key, under which a value may begin lines later."""
    here = Node(None, line, path, file, error)
    if raw.anchor is not None:
        raise here.error("anchors and aliases are not used here: write the value out")
    value: Any
    if isinstance(raw, MappingNode):
        value = {}
        for key_node, child in raw.value:
            key = key_node.value if isinstance(key_node, ScalarNode) else None
            key_line = key_node.start_mark.line + 1
            at_key = Node(None, key_line, (*path, str(key)), file, error)
            if key is None:
                raise here.error("a key is a single word")
            if key in value:
                raise at_key.error(f"'{key}' stands here twice")
            value[key] = _node(child, (*path, key), key_line, file, error)
    elif isinstance(raw, SequenceNode):
        value = [
            _node(child, (*path, n), child.start_mark.line + 1, file, error)
            for n, child in enumerate(raw.value)
        ]
    else:
        value = _scalar(raw, here)
    return Node(value, line, path, file, error)


def _scalar(raw: ScalarNode, here: Node) -> Any:
    kind, text = str(raw.tag).rsplit(":", 1)[-1], raw.value
    try:
        match kind:
            case "str":
                return text
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int":
                return int(text.replace("_", ""), 10)
            case "float":
                return float(text)
            case "timestamp":
                return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
    except ValueError:
        raise here.error(f"{text!r} is not a valid {kind}") from None
    raise here.error(f"the tag {raw.tag} is not used here")
