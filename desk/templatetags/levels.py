"""The words of the levels, where a page shows one without its reading."""

from django import template

from assessment.models import Reading
from assessment.scale import common_level
from assessment.stored import grid_of
from desk.words import dynamics_label

register = template.Library()


@register.filter
def dynamics_word(reading: Reading) -> str:
    """The dynamics of a finalised reading, in the words of its own grid."""
    return dynamics_label(reading)


@register.filter
def level_word(level: int | None) -> str:
    """The word everybody knows; None is beside the scale."""
    return common_level(level).label


@register.filter
def level_in_force_word(reading: Reading) -> str:
    """The level in force of a finalised reading, in the words of its own grid."""
    return grid_of(reading).levels[reading.in_force].label
