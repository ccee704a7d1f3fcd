"""What is wrong with a file that people write, in the language of the page."""

from django.utils.translation import gettext as _

from pole.yamlfile import FOUND, FileError

NAMED = frozenset(FOUND.values()) | {"an empty mapping"}


def in_words(problem: FileError) -> str:
    """The sentence that says why, and what to do; the place is the problem's own path and line."""
    params = {
        name: _(value) if isinstance(value, str) and value in NAMED else value
        for name, value in problem.params.items()
    }
    return _(problem.message) % params if params else _(problem.message)
