"""What a service writes for itself alone."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from alerts.channels.webhook.signing import new_secret
from alerts.models import AccessToken, BoardFilter, BoardSignal, Endpoint, MailCertificate
from assessment import factories as readings
from assessment.models import GridComparison, GridUse
from cases import factories
from cases import services as writing
from cases.models import Case, CaseChange, ChangeKind
from pole.audit.models import Tag, record
from pole.tenancy.models import DutyTurn, Receipt
from pole.tenancy.permissions import Role
from tests.wall.sides import Side


def case_of(side: Side) -> Case:
    """A case of the team's with a row of every kind."""
    ana, today = side.people["team"], timezone.localdate()
    side.reference = f"{today.year}-{uuid4().hex[:8]}"
    case = factories.case(
        side.service,
        team=[ana],
        followed=f"Nora {side.mark}",
        partner=f"Paul {side.mark}",
        reference=side.reference,
        referent=side.people[Role.REFERENT],
    )
    case.people.update(language=side.mark)
    who = case.people.first()
    assert who is not None
    factories.note(case, ana)
    factories.incident(case, ana)
    factories.measure(case, ana, authority=side.mark)
    factories.agreement(case, who, ana, to=side.police)
    rating = {"instrument": "oer-vp", "level": side.mark, "rated_on": today, "rated_by": side.mark}
    writing.record_rating(actor=side.actor("team"), case=case, **rating)
    factories.task(case, side.service)
    factories.task(None, side.service)
    CaseChange.objects.create(service=side.service, case=case, kind=ChangeKind.INCIDENT, subject_id=uuid4())
    writing.save_draft(actor=side.actor("team"), case=case, form="contact", fields={"text": [side.mark]})
    writing.break_glass(actor=side.actor("breaker"), reference=side.reference, motive=side.mark)
    # Gil's day with the case is over: a broken glass is no lasting right.
    case.grants.filter(user=side.people["breaker"]).update(until=today - timedelta(days=1))
    record(actor=side.actor("team"), tag=Tag.CASE_READ, subject_id=case.pk, mark=side.mark)
    readings.draft(case, ana, readings.LEVEL_2)
    return case


def set_up(side: Side) -> None:
    """What a service sets up for itself, beside its cases: grids, accesses, certificates, what its people keep."""
    ana, direction = side.people["team"], side.people[Role.DIRECTION]
    Receipt.objects.create(service=side.service, user=ana, key=uuid4(), location=f"/{side.mark}")
    # Not a public address: the probe's jobs speak to nobody.
    Endpoint.objects.create(
        service=side.service,
        url=f"https://127.0.0.1/{side.mark}",
        secret=new_secret(),
        set_by=direction,
    )
    AccessToken.objects.create(
        service=side.service,
        system=side.mark,
        scopes=["read"],
        digest=side.mark.encode(),
        made_by=direction,
        expires_at=timezone.now() + timedelta(days=5),
    )
    GridUse.objects.create(service=side.service, grid="pdc-1")
    GridComparison.objects.create(
        service=side.service, made_with="pdc-1", grid="ticks-1", asked_by=direction, total=1
    )
    BoardFilter.objects.create(service=side.service, user=ana, name=side.mark, query="urgence=red")
    BoardSignal.objects.create(service=side.service, user=ana)
    MailCertificate.objects.create(
        service=side.service,
        pem=side.mark,
        email=side.service.duty_email,
        fingerprint=side.mark,
        valid_until=timezone.now() + timedelta(days=5),
        uploaded_by=direction,
    )


def plan_rota(side: Side) -> None:
    """A turn that runs, replaced for a part, and one that was removed."""
    ana = side.people["team"]
    now = timezone.now()
    turn = DutyTurn.objects.create(
        service=side.service,
        user=ana,
        made_by=ana,
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=8),
    )
    DutyTurn.objects.create(
        service=side.service,
        user=side.people["unrelated"],
        made_by=ana,
        starts_at=now + timedelta(hours=4),
        ends_at=now + timedelta(hours=8),
        replaces=turn,
    )
    DutyTurn.objects.create(
        service=side.service,
        user=ana,
        made_by=ana,
        starts_at=now + timedelta(days=2),
        ends_at=now + timedelta(days=3),
        removed_at=now,
    )
