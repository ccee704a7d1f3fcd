"""Yellow alerts from the victim service to the perpetrator programme: article 6, with the person's agreement."""

from datetime import datetime, timedelta

from alerts import factories
from alerts.models import Alert
from assessment.factories import LEVEL_1, LEVEL_2, LEVEL_4
from cases.factories import case as make_case
from pole.clock import database_now
from pole.tenancy.context import inside
from tests.cast import Cast


def yellow(cast: Cast, at: datetime | None = None) -> Alert:
    """One, about a case of its own."""
    at = at or database_now()
    with inside(cast.victims):
        case = make_case(cast.victims, team=[cast.ana], followed="Nora Lien", partner="Paul Lien")
        day = at.date()
        factories.agreement(
            case,
            cast.programme,
            by=cast.ana,
            given_on=day,
            informed_on=day,
            expires_on=day + timedelta(days=90),
        )
    ana = cast.actor(cast.ana)
    assert factories.finalised(ana, LEVEL_1, at=at, case=case) == []
    [alert] = factories.finalised(ana, LEVEL_2, at=at, case=case)
    assert (alert.urgency, alert.recipient) == ("yellow", cast.programme)
    return alert


def red(cast: Cast, at: datetime | None = None) -> Alert:
    """One, from the police to the victim service."""
    [alert] = factories.finalised(cast.actor(cast.carla), LEVEL_4, at=at or database_now())
    return alert
