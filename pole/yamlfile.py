"""YAML files that people write: read with the line and the path of whatever is wrong.

Only plain data: no anchors, no tags, no duplicate keys. YAML 1.2, so that `on`, `no` and `yes` are words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

from pole.marking import N_

MAX_BYTES = 1_000_000
FOUND = {dict: N_("a mapping"), list: N_("a list"), type(None): N_("nothing")}
"""What a value is called that is none of the words, numbers and dates that can be shown."""


class FileError(ValueError):
    """A file that cannot be used: which, where in it, and why.

    `reason` is English; a page says `message`, which is in the catalogue, with `params`.
    """

    def __init__(
        self,
        message: str,
        *,
        path: str = "",
        line: int = 0,
        file: str = "",
        params: Mapping[str, Any] | None = None,
    ) -> None:
        self.message, self.params = message, dict(params or {})
        self.reason = message % self.params if self.params else message
        self.path, self.line, self.file = path, line, file
        place = f"{file}:{line}" if line else file
        super().__init__(": ".join(part for part in (place, path, self.reason) if part))


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

    def error(self, message: str, **params: Any) -> FileError:
        """What to raise about this value."""
        return self.error_class(message, path=self.place, line=self.line, file=self.file, params=params)

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
            raise self.error(N_("expected a mapping (key: value)"))
        for key in required:
            if key not in self.value:
                raise self.error(N_("'%(key)s' is missing"), key=key)
        if optional is not None:
            for key, node in self.value.items():
                if key not in required and key not in optional:
                    raise node.error(N_("'%(key)s' is not a key that belongs here"), key=key)
        return self.value

    def items(self) -> Iterator[Node]:
        """The members of a list."""
        if not isinstance(self.value, list):
            raise self.error(N_("expected a list"))
        return iter(self.value)

    def text(self) -> str:
        """A text that is not empty."""
        if not isinstance(self.value, str) or not self.value.strip():
            raise self.error(N_("expected a text, found %(found)s"), found=self._found())
        return self.value.strip()

    def words(self) -> tuple[str, ...]:
        """A list of texts without repeats."""
        words = tuple(node.text() for node in self.items())
        for n, word in enumerate(words):
            if word in words[:n]:
                raise self.value[n].error(N_("'%(word)s' stands here twice"), word=word)
        return words

    def one_of(self, allowed: Collection[str]) -> str:
        """One of a list of words."""
        if not isinstance(self.value, str) or self.value not in allowed:
            raise self.error(
                N_("expected one of %(allowed)s, found %(found)s"),
                allowed=", ".join(sorted(allowed)),
                found=self._found(),
            )
        return self.value

    def whole(self, least: int, most: int) -> int:
        """A whole number between two bounds, both included."""
        if not isinstance(self.value, int) or isinstance(self.value, bool) or not least <= self.value <= most:
            raise self.error(
                N_("expected a whole number from %(least)s to %(most)s, found %(found)s"),
                least=least,
                most=most,
                found=self._found(),
            )
        return self.value

    def truth(self) -> bool:
        """true or false."""
        if not isinstance(self.value, bool):
            raise self.error(N_("expected true or false, found %(found)s"), found=self._found())
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
            raise self.error(N_("expected a date like 2026-09-01, found %(found)s"), found=self._found())
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
            raise self.error(
                N_("expected an instant like 2026-09-15T10:00:00+02:00, found %(found)s"), found=self._found()
            )
        return value

    def _found(self) -> str:
        return FOUND.get(type(self.value), repr(self.value))


def load(source: Path | str, *, error: type[FileError] = FileError, name: str = "") -> Node:
    """Read a file, or a text when `source` is a string (`name` is then what errors call it).

    Raises:
        FileError: (or the subclass given) not readable, not YAML, or using what plain data has no need of.
    """
    name = name or (str(source) if isinstance(source, Path) else "")
    try:
        text = source.read_text(encoding="utf-8") if isinstance(source, Path) else source
    except (OSError, UnicodeDecodeError) as problem:
        raise error(N_("cannot be read: %(problem)s"), file=name, params={"problem": problem}) from None
    if len(text) > MAX_BYTES:
        raise error(N_("is longer than %(most)s characters"), file=name, params={"most": MAX_BYTES})
    reader = YAML(typ="safe", pure=True)
    try:
        root = reader.compose(text)
        if root is None:
            raise error(N_("is empty"), file=name)
        return _node(root, (), root.start_mark.line + 1, name, error)
    except MarkedYAMLError as problem:
        line = problem.problem_mark.line + 1 if problem.problem_mark else 0
        raise error(
            N_("not valid YAML: %(problem)s"),
            line=line,
            file=name,
            params={"problem": problem.problem or problem.context},
        ) from None
    except YAMLError as problem:
        raise error(N_("not valid YAML: %(problem)s"), file=name, params={"problem": problem}) from None
    except RecursionError:
        raise error(N_("is nested too deeply"), file=name) from None


def _node(raw: Any, path: tuple[str | int, ...], line: int, file: str, error: type[FileError]) -> Node:
    """`line` is that of the key, under which a value may begin lines later."""
    here = Node(None, line, path, file, error)
    if raw.anchor is not None:
        raise here.error(N_("anchors and aliases are not used here: write the value out"))
    value: Any
    if isinstance(raw, MappingNode):
        value = {}
        for key_node, child in raw.value:
            key = key_node.value if isinstance(key_node, ScalarNode) else None
            key_line = key_node.start_mark.line + 1
            at_key = Node(None, key_line, (*path, str(key)), file, error)
            if key is None:
                raise here.error(N_("a key is a single word"))
            if key in value:
                raise at_key.error(N_("'%(word)s' stands here twice"), word=key)
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
        raise here.error(N_("%(text)s is not a valid %(kind)s"), text=repr(text), kind=kind) from None
    raise here.error(N_("the tag %(tag)s is not used here"), tag=raw.tag)
