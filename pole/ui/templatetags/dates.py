"""Django's own filter `date`, but for the first of a month. Loaded into every template, so that none can forget it."""

from datetime import date as day
from typing import Any

from django import template
from django.template.defaultfilters import date as django_date

from pole.dates import in_words

register = template.Library()


@register.filter(expects_localtime=True, is_safe=False)
def date(value: Any, pattern: str | None = None) -> str:
    return (
        in_words(value, pattern or "DATE_FORMAT") if isinstance(value, day) else django_date(value, pattern)
    )
