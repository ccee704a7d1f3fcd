"""The words of the levels, where a page shows one without its reading."""

from django import template
from django.conf import settings

from assessment.grids import load_grid

register = template.Library()


@register.filter
def level_word(level: int | None) -> str:
    """The word of the grid in use; None is beside the scale."""
    return load_grid(settings.READING_GRID).levels[level].label
