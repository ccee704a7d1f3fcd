"""When an office of ours is open: Monday to Friday, 9 to 17, Brussels time, without Belgium's legal holidays.

For the service's own deadlines (reviewing a broken glass, say). Delays between services are their protocol's.
"""

from datetime import datetime, time
from functools import lru_cache

import holidays
from django.utils import timezone

from pole.calendar import WorkingHours

_DAY = ((time(9), time(17)),)
_WEEK = (_DAY,) * 5 + ((),) * 2


def office_hours(at: datetime) -> WorkingHours:
    """The working hours around a moment: the holidays of its year and the next are known."""
    return _of_year(timezone.localtime(at).year)


@lru_cache(maxsize=8)
def _of_year(year: int) -> WorkingHours:
    return WorkingHours(
        week=_WEEK, holidays=frozenset(holidays.country_holidays("BE", years=[year, year + 1]))
    )
