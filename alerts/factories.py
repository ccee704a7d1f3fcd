"""The demonstration protocol between services of a test, and readings that go through it."""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from alerts.models import Alert
from alerts.services import finalise_reading
from assessment import factories as readings
from cases.factories import case as make_case
from cases.models import Agreement, Case, PersonRole
from cases.models.agreement import AgreementForm
from pole.accounts.models import User
from pole.tenancy.actor import Actor
from pole.tenancy.context import inside
from pole.tenancy.models import Service
from protocols.models import ProtocolVersion
from protocols.registry import register_version, shipped_text

EVERY_CATEGORY = ["C01", "C02", "C04", "C05", "C06", "C07", "C08", "C09", "C11", "C12", "C13", "C14", "C16"]


def protocol(
    *, victims: Service, programme: Service, police: Service, coordination: Service, today: date | None = None
) -> ProtocolVersion:
    """`demo-2026`, between these four; in force around `today`, or on its own days."""
    text = in_force_around(shipped_text("demo-2026"), today) if today else shipped_text("demo-2026")
    parties = {"VIC": victims, "AUT": programme, "POL": police, "COO": coordination}
    return register_version(text, parties=parties)


def in_force_around(text: str, today: date) -> str:
    """The same text for a year that began some two months ago: what runs today must not expire."""
    since = (today.replace(day=1) - timedelta(days=40)).replace(day=1)
    until = since + timedelta(days=364)
    text = re.sub(r"^signed_on: .*$", f"signed_on: {since}", text, flags=re.M)
    return re.sub(r"^in_force: .*$", f"in_force: {{from: {since}, until: {until}}}", text, flags=re.M)


def agreement(case: Case, recipient: Service, *, by: User, **fields: Any) -> Agreement:
    """The person followed agreed to everything for this recipient, today, for three months."""
    today: date = timezone.localdate()
    fields = {
        "categories": EVERY_CATEGORY,
        "purposes": ["F1", "F2", "F3"],
        "basis": "agreement",
        "form": AgreementForm.WRITTEN,
        "informed_on": today,
        "given_on": today,
        "expires_on": today + timedelta(days=90),
        **fields,
    }
    person = case.people.get(role=PersonRole.FOLLOWED)
    return Agreement.objects.create(
        service_id=case.service_id, case=case, person=person, recipient=recipient, recorded_by=by, **fields
    )


def finalised(
    actor: Actor, answers: Mapping[str, Any], *, at: datetime, case: Case | None = None, **choice: Any
) -> list[Alert]:
    """A reading of these answers, by the actor, finalised in their service's space."""
    user = User.objects.get(pk=str(actor.user_id))
    with inside(actor.service):
        case = case or make_case(actor.service, team=[user], followed="Nora Lien", partner="Paul Lien")
        draft = readings.draft(case, user, answers)
        return finalise_reading(actor=actor, reading_id=draft.pk, at=at, **choice)
