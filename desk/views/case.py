"""The page of a case: its people, what happened, and what accompanies."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, FilteredRelation, OuterRef, Q
from django.db.models.functions import JSONObject
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from alerts.contacts import is_missed, last_contact
from alerts.linked import links_of_case, situations_shown
from alerts.models import AlertState
from cases.access import case_for
from cases.forms import ContactForm
from cases.models import (
    Agreement,
    Case,
    CaseGrant,
    ExternalRating,
    GlassBreak,
    MeasureStatus,
    Person,
    PersonRole,
    Task,
)
from cases.models.case import CaseQuerySet
from cases.services.agreements import awaits_confirmation
from cases.services.drafts import fields_of
from cases.services.glass import by_glass_only
from cases.views.forms_of_a_case import with_draft
from desk.timeline import Sources
from desk.words import safe_contact
from pole.legal import categories
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm

SHOWN = 40  # lines of the timeline before "show all"
ROLE_ORDER = {role: number for number, role in enumerate(PersonRole.values)}


@require_safe
@service_view(Perm.CASE_READ)
def case(request: ServiceRequest, actor: Actor, case_id: UUID) -> HttpResponse:
    found = case_for(actor, case_id, among=_with_surroundings(actor))
    everything = "tout" in request.GET
    sources = Sources.of(found, most=None if everything else SHOWN)
    items = sources.items(actor.service_slug)
    shown = items if everything else items[:SHOWN]
    people, now = _people(found), timezone.now()
    contacted_at = last_contact(sources.notes)
    context: dict[str, Any] = {
        "case": found,
        "people": people,
        "followed": next((person for person, _warning in people if person.role == PersonRole.FOLLOWED), None),
        "items": shown,
        "more": len(items) - len(shown),
        "contact_form": _contact_form(actor, found),
        "contact_autosave": reverse("cases:draft", args=[actor.service_slug, found.pk, "contact"]),
        "readings": [reading for reading in sources.readings if reading.finalised_at][:5],
        "my_draft": next(
            (each for each in sources.readings if each.is_draft and each.author_id == actor.user_id), None
        ),
        "second_wanted": next(
            (each for each in sources.readings if each.awaits_second or each.is_sent_back), None
        ),
        "held": [alert for alert in sources.alerts if alert.state == AlertState.HELD],
        "overdue": [alert for alert in sources.alerts if alert.is_overdue],  # type: ignore[attr-defined] # annotated there
        "situations": situations_shown(found.links, found.level),  # type: ignore[attr-defined] # annotated below
        "agreements": _agreements(sources.agreements),
        "today": timezone.localdate(now),
        "measures": [each for each in sources.measures if each.status != MeasureStatus.ENDED],
        "ratings": _ratings(found.rating_rows),  # type: ignore[attr-defined] # annotated below
        "tasks": list(
            Task.objects.filter(case=found, done_at=None)
            .select_related("assigned_to")
            .order_by("due_at")[:50]
        ),
        "contact_missed": is_missed(found, contacted_at),
        "contacted_at": contacted_at,
        "by_glass": found.glass_broken and by_glass_only(actor, found),  # type: ignore[attr-defined] # annotated below
    }
    return render(request, "desk/case.html", context)


def _with_surroundings(actor: Actor) -> CaseQuerySet:
    """Team, links and draft in the same query: a page of a case has a dozen tables to read already."""
    team = CaseGrant.objects.running().filter(content_object=OuterRef("pk")).order_by("until", "user__name")
    glass = GlassBreak.objects.filter(case=OuterRef("pk"), user=actor.user_id, at__date=timezone.localdate())
    cases = Case.objects.annotate(
        contact_draft=FilteredRelation(
            "drafts", condition=Q(drafts__user=actor.user_id, drafts__form="contact")
        ),
        team=ArraySubquery(team.values(json=JSONObject(name="user__name", until="until"))),
        links=links_of_case(),
        rating_rows=_ratings_of_case(),
        has_ratings=Exists(ExternalRating.objects.filter(case=OuterRef("pk"))),
        glass_broken=Exists(glass),
    )
    return cases.select_related("contact_draft")  # type: ignore[misc] # the relation just made


def _ratings_of_case() -> ArraySubquery:
    """What other instruments said last, without the notes, which are sealed."""
    ratings = ExternalRating.objects.standing().filter(case=OuterRef("pk")).order_by("-rated_on")
    names = ("id", "instrument", "instrument_name", "version", "level", "rated_on", "rated_by")
    return ArraySubquery(ratings.values(json=JSONObject(**{name: name for name in names}))[:5])


def _ratings(rows: list[dict[str, Any]]) -> list[ExternalRating]:
    return [ExternalRating(**row | {"rated_on": date.fromisoformat(row["rated_on"])}) for row in rows]


def _people(found: Case) -> list[tuple[Person, str]]:
    """Each with what to know before calling, the person followed first."""
    people = sorted(found.people.all(), key=lambda person: ROLE_ORDER[person.role])
    return [(person, safe_contact(person)) for person in people]


def _agreements(rows: list[Agreement]) -> list[tuple[Agreement, list[str], bool]]:
    """Each with the words of what may be told, and whether it is still to be confirmed in writing."""
    words = {category.code: category.label for category in categories()}
    return [
        (row, [words.get(code, code) for code in row.categories], awaits_confirmation(row)) for row in rows
    ]


def _contact_form(actor: Actor, found: Case) -> ContactForm | None:
    if not found.is_open or not actor.can(Perm.CASE_WRITE):
        return None
    # Without a draft, Django leaves the relation's attribute out.
    return with_draft(ContactForm, fields_of(getattr(found, "contact_draft", None)))
