"""What is wrong with a file that people write, in the language of the page."""

from django.utils.text import capfirst
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


def told(problem: FileError) -> str:
    """file:line: path: the sentence, for a command; without what there is none of."""
    place = f"{problem.file}:{problem.line}" if problem.line else problem.file
    return ": ".join(part for part in (place, problem.path, in_words(problem)) if part)


def with_place(sentence: str, *, file: str = "", line: int = 0, path: str = "") -> str:
    """The sentence after the place that it speaks of, as far as that is known."""
    shown = _("line %(line)s") % {"line": line} if line else ""
    where = ", ".join(part for part in (file, shown if file else capfirst(shown), path) if part)
    return _("%(where)s: %(sentence)s") % {"where": where, "sentence": sentence} if where else sentence
