"""Days in words, as French says them: the first of a month is an ordinal, other days numbers ("1er août", "2 août").

Django's formats know no such day, so this stands in the place of its `date_format`, and of its filter in templates.
"""

from datetime import date

from django.utils.dateformat import DateFormat
from django.utils.formats import get_format
from django.utils.translation import pgettext


class _Words(DateFormat):
    def j(self) -> int | str:  # type: ignore[override] # printed like any other part
        day = super().j()
        return pgettext("day of a month", "1") if day == 1 else day


def in_words(day: date, pattern: str) -> str:
    """A day, or a moment in its own time zone, by a pattern of Django's ("j F Y, H:i")."""
    return _Words(day).format(get_format(pattern))
