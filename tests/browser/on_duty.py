"""A duty rota to look at, and an alert that nobody took."""

from datetime import time, timedelta

from django.utils import timezone

from assessment import factories as readings
from pole.accounts.models import User
from pole.tenancy import duty_planning
from pole.tenancy.actor import Actor
from pole.tenancy.context import inside
from pole.tenancy.factories import on_duty
from pole.tenancy.models import Membership
from protocols.models import Exchange, ExchangeKind
from tests.browser.scenes import ANA, CLEO, POLICE, RITA, VICTIMS, finalised_by
from tests.running import eventually

DIANE, INES = "diane@clairiere.example", "ines@clairiere.example"


def actor_of(email: str) -> Actor:
    user = User.objects.get(email=email)
    return Actor.of(user, Membership.objects.select_related("service").get(user=user).service.slug)


def rota_of_the_victims() -> str:
    """Two weeks of duty, three weeks ahead, with gaps; the address of a turn that is replaced in part."""
    diane, today = actor_of(DIANE), timezone.localdate()
    ana, ines, rita = (User.objects.get(email=email).pk for email in (ANA, INES, RITA))
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=3)
    with inside(diane.service):
        for who, day, hours in (
            (ana, monday, (time(9), time(17))),
            (ines, monday + timedelta(days=1), (time(9), time(13))),
            (rita, monday + timedelta(days=2), (time(17), time(9))),
            (ana, monday + timedelta(days=3), (time(9), time(17))),
            (ines, monday + timedelta(days=3), (time(9), time(17))),
        ):
            first, *_more = duty_planning.plan(
                actor=diane, user_id=who, starts_on=day, starts=hours[0], ends_on=None, ends=hours[1], weeks=2
            )
            if day == monday:
                turn = first
        duty_planning.replace(
            actor=diane,
            turn_id=turn.pk,
            user_id=rita,
            starts_on=monday,
            starts=time(11),
            ends_on=None,
            ends=time(14),
        )
    on_duty(User.objects.get(email=ANA), at=diane.service, hours=3)
    return f"/s/{VICTIMS}/service/garde/{turn.pk}/"


def alert_that_nobody_has(followed: str) -> tuple[str, str]:
    """A red alert of Ana's whose ladder has ended: its own address, and where the coordination reads that it has."""
    alerts = finalised_by(ANA, followed, readings.LEVEL_4, ago=timedelta(hours=1))
    [alert] = [each for each in alerts if each.recipient.slug == POLICE]
    cleo = actor_of(CLEO)

    def told() -> Exchange | None:
        with inside(cleo.service):
            received = Exchange.objects.received_by(cleo.service_id)
            return received.filter(kind=ExchangeKind.UNHEARD, in_reply_to=alert.exchange_id).first()

    eventually(lambda: told() is not None)
    message = told()
    assert message is not None
    return f"/s/{VICTIMS}/alertes/envoyees/{alert.pk}/", f"/s/trait-union/alertes/recues/{message.pk}/"
