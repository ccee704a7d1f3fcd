"""The levels and types of a grid, to choose from."""

from typing import Any

from django import forms
from django.utils.functional import Promise

from assessment.grid import Grid


def offer_level_and_type(
    form: forms.Form, *, level: str, dynamics: str, grid: Grid, otherwise: str | Promise
) -> None:
    """Fill both fields of a form, whose grid is known only once it is made.

    Args:
        level, dynamics: the names of the two fields.
        otherwise: what choosing none of them means.
    """
    fields: dict[str, Any] = dict(form.fields)
    levels = sorted((value, f"{value} – {each.label}") for value, each in grid.levels.items() if value)
    types = [(code, f"{code} – {line.label}") for code, line in grid.dynamics.items()]
    fields[level].choices = [("", otherwise), *levels]
    fields[dynamics].choices = [("", otherwise), *types]
