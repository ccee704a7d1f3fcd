"""The words of the levels, where a page shows one without its reading."""

from django import template
from django.conf import settings

from assessment.grids import load_grid
from assessment.models import Reading
from desk.words import dynamics_label

register = template.Library()


@register.filter
def dynamics_word(reading: Reading) -> str:
    """The dynamics of a finalised reading, in the words of its own grid."""
    return dynamics_label(reading)


@register.filter
def level_word(level: int | None) -> str:
    """The word of the grid in use; None is beside the scale."""
    return load_grid(settings.READING_GRID).levels[level].label
