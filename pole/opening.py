"""When an office of ours is open: Monday to Friday, 9 to 17, Brussels time, without Belgium's legal holidays.

For the service's own deadlines (reviewing a broken glass, say). Delays between services are their protocol's.
"""

from datetime import datetime, time

from django.utils import timezone

from pole.calendar import WorkingHours
from pole.holidays import holidays_around

_DAY = ((time(9), time(17)),)
_WEEK = (_DAY,) * 5 + ((),) * 2


def office_hours(at: datetime) -> WorkingHours:
    """The working hours around a moment."""
    return WorkingHours(week=_WEEK, holidays=holidays_around(timezone.localdate(at)))
