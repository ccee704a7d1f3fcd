"""What a code of a grid may look like: it stands in addresses, in names of form fields and in columns."""

import re

from pole.marking import N_
from pole.yamlfile import Node

GRID_AT_MOST, SHORT_AT_MOST, WORD_AT_MOST = 40, 10, 20
"""Characters: of a grid's own code; of an indicator, type or marker; of a value or source. As stored."""
_GRID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def grid_code(node: Node) -> str:
    """The code of the grid itself.

    Raises:
        FileError: what an address can't hold.
    """
    code = node.text()
    if not _GRID.fullmatch(code) or len(code) > GRID_AT_MOST:
        raise node.error(
            N_(
                "a grid's code is small letters and digits with hyphens between, %(most)s characters at most: "
                "found %(found)s"
            ),
            most=GRID_AT_MOST,
            found=repr(code),
        )
    return code


def check_names(node: Node, *, at_most: int) -> None:
    """The keys of a mapping, where they are codes.

    Raises:
        FileError: at the key that can't be one.
    """
    for name, item in node.mapping().items():
        if not _NAME.fullmatch(name) or len(name) > at_most:
            raise item.error(
                N_(
                    "a code here is a letter, then letters, digits and _, %(most)s characters at most: found %(found)s"
                ),
                most=at_most,
                found=repr(name),
            )
