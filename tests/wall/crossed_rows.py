"""What a service has of others: alerts and exchanges, links, an exercise."""

from django.utils import timezone

from alerts import advising, handling, situations
from alerts.contesting import open_about
from alerts.disagreements import open_one
from alerts.factories import agreement, finalised
from alerts.models import Alert, Judgement, Situation, SystemAcknowledgement
from alerts.services import send_back_reading
from assessment import factories as readings
from assessment.models import Reading
from assessment.training import factories as training
from cases import factories
from cases.models import Case
from pole.tenancy.actor import Actor
from pole.tenancy.context import inside
from pole.tenancy.permissions import Role
from protocols import exchange as door
from protocols.models import Exchange
from tests.wall.sides import Side


def exchange(side: Side, case: Case) -> None:
    """Sent to the police and the partner, held, received from the partner, handled, linked."""
    now = timezone.now()
    ana = side.actor("team")
    with inside(side.service):
        Reading.objects.drafts().delete()
    finalised(ana, readings.LEVEL_4, at=now, case=case)
    with inside(side.service):
        held = factories.case(side.service, team=[side.people["team"]], followed=f"Mia {side.mark}")
    finalised(ana, readings.LEVEL_3, at=now, case=held)
    with inside(side.service):
        lowered = factories.case(side.service, team=[side.people["team"]], followed=f"Zoé {side.mark}")
    finalised(ana, readings.LEVEL_3, at=now, case=lowered, chosen=2, motive=side.mark)
    with inside(side.service):
        waiting = Reading.objects.get(case=lowered)
        send_back_reading(actor=side.actor(Role.REFERENT), reading_id=waiting.pk, question=side.mark, at=now)
    with inside(side.programme):
        theirs = factories.case(side.programme, team=[side.people["partner"]], followed=f"Luc {side.mark}")
        agreement(theirs, side.service, by=side.people["partner"])
    partner = Actor.of(side.people["partner"], side.programme.slug)
    finalised(partner, readings.LEVEL_4, at=now, case=theirs)
    with inside(side.service):
        sent = Alert.objects.sent().first()
        assert sent is not None
        Judgement.objects.create(
            service=side.service, alert=sent, judged_by=side.people["team"], asked=side.mark
        )
        # The mark is a name in the cases: as one, it would be given back.
        [desk] = advising.desks(side.service, now)
        advising.ask(actor=ana, adviser=desk.service, text=f"avis{side.mark}", at=now)
        received = Exchange.objects.received_by(side.service.pk).get(kind="alert")
        opened = handling.open_exchange(actor=ana, exchange=received)
        SystemAcknowledgement.objects.create(
            service=side.service, handling=opened, system=side.mark, name=side.mark
        )
        proposal = situations.propose(actor=ana, exchange=received, case=case).proposal
    with inside(side.programme):
        situations.reply(actor=partner, proposal=door.received(partner, proposal.pk), accept=True)
    with inside(side.service):
        readings.draft(case, side.people["team"], {"A1": "absent"})
        situation = Situation.objects.get(service=side.service)
        open_one(actor=ana, situation=situation, at=now, about=side.mark)
        contested = Exchange.objects.sent_by(side.service.pk).filter(kind="alert").first()
        assert contested is not None
        open_about(actor=ana, alert=contested, at=now, about=side.mark)


def exercise(side: Side) -> None:
    """One that the service organises, takes part in, and closed."""
    organiser, ana = side.actor(Role.DIRECTION), side.actor("team")
    exercise = training.exercise(organiser, side.service, side.programme, vignettes=["la-balise"])
    training.hand_in(ana, exercise)
    training.publish(organiser, exercise)
