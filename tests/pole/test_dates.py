"""Days in words: "1er août", "2 août", on every page and in every mail."""

from datetime import UTC, date, datetime, time

import pytest
from django.template import engines
from django.utils.translation import override

from pole.dates import in_words

DAYS = [
    (date(2026, 8, 1), "j F Y", "1er août 2026"),
    (date(2026, 8, 2), "j F Y", "2 août 2026"),
    (date(2026, 8, 11), "j F", "11 août"),
    (date(2026, 8, 31), "l j F", "lundi 31 août"),
    (date(2026, 8, 1), "d/m/Y", "01/08/2026"),
    (date(2026, 8, 1), "Y-m-d", "2026-08-01"),
    (datetime(2027, 1, 1, 8, 5, tzinfo=UTC), "l j F, H:i", "vendredi 1er janvier, 08:05"),
]


def rendered(template: str, **values: object) -> str:
    return engines["django"].from_string(template).render(values)


@pytest.mark.parametrize(("day", "pattern", "said"), DAYS)
def test_the_first_of_a_month_is_an_ordinal(day: date, pattern: str, said: str):
    assert in_words(day, pattern) == said


def test_another_language_has_its_own_first():
    with override("en"):
        assert in_words(date(2026, 8, 1), "j F Y") == "1 August 2026"


@pytest.mark.parametrize(("day", "pattern", "said"), DAYS[:-1])
def test_templates_say_it_without_loading_anything(day: date, pattern: str, said: str):
    assert rendered(f'{{{{ day|date:"{pattern}" }}}}', day=day) == said


def test_templates_say_a_moment_in_the_time_of_the_place():
    at = datetime(2026, 7, 31, 22, 30, tzinfo=UTC)
    assert rendered('{{ at|date:"j F, H:i" }} · {{ at|date }}', at=at) == "1er août, 00:30 · 1er août 2026"
    assert rendered('{{ at|date:"c" }}', at=at) == "2026-08-01T00:30:00+02:00"


@pytest.mark.parametrize(("value", "said"), [(None, ""), ("", ""), ("no day", ""), (time(8, 5), "08:05")])
def test_what_is_no_day_is_said_as_django_does(value: object, said: str):
    assert rendered('{{ value|date:"H:i" }}', value=value) == said
