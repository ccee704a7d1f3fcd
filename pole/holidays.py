"""Belgian legal holidays, computed outside the pure core and handed to it as a value."""

from datetime import date
from functools import cache

import holidays


def holidays_around(day: date) -> frozenset[date]:
    """Those of the year before, of the year, and of the year after: delays may run over New Year."""
    return _of_years(day.year)


@cache
def _of_years(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("BE", years=[year - 1, year, year + 1]))
