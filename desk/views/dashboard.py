"""What a person must do today: due, new, and what went unanswered."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, Value
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from alerts.board import TO_ACKNOWLEDGE, received
from alerts.models import Alert, AlertState, Disagreement, Emergency
from alerts.unheard import calls
from assessment.models import Reading, SecondReading
from cases.listing import name_people
from cases.models import Case, GlassBreak, Measure, MeasureStatus
from desk.todo import SOON, tasks_of
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm
from protocols.models import ExchangeKind

MOST = 10  # of each; the rest is a page away
MEASURES_SOON = timedelta(days=4)


@require_safe
@service_view(Perm.MEMBER)
def dashboard(request: ServiceRequest, actor: Actor) -> HttpResponse:
    context: dict[str, Any] = {"today": timezone.localdate()}
    if actor.can(Perm.ALERT_READ):
        context |= _alerts(actor)
    if actor.can(Perm.CASE_READ):
        context |= _cases(actor) | _seconds(actor)
    if actor.can(Perm.READING_SECOND):
        context["glasses"] = _glasses(actor)
    if actor.can(Perm.ALERT_DECIDE):
        context["disagreements"] = _disagreements(actor)
        context["emergencies"] = _emergencies(actor)
    name_people(_cases_on(context))
    return render(request, "desk/dashboard.html", context)


def _alerts(actor: Actor) -> dict[str, Any]:
    """Received and waiting for a human; sent and without acknowledgement in time; held."""
    ours = Alert.objects.visible_to(actor).filter(service=actor.service).select_related("case", "recipient")
    late = ours.overdue()
    calling = late.order_by("acknowledge_by")[:MOST]
    if actor.can(Perm.ALERT_DECIDE):
        # One question for both: the page of who decides asks of many tables already.
        calling = calling.union(ours.held().with_replies().order_by("decide_by")[:MOST], all=True)
    found = sorted(calling, key=_deadline)
    waiting = list(received(actor).filter(TO_ACKNOWLEDGE)[:MOST])
    return {
        "received": [each for each in waiting if each.kind != ExchangeKind.UNHEARD],
        "calls": calls(actor, [each for each in waiting if each.kind == ExchangeKind.UNHEARD]),
        "late": [each for each in found if each.state == AlertState.SENT],
        "held": [each for each in found if each.state == AlertState.HELD],
    }


def _cases_on(context: dict[str, Any]) -> Iterator[Case]:
    """Every case that the page names, so that one question tells whom each is about."""
    yield from context.get("recent", ())
    yield from context.get("reviews", ())
    for name in ("late", "held", "sent_back", "seconds", "emergencies", "glasses", "tasks", "measures"):
        yield from (each.case for each in context.get(name, ()) if each.case)
    for disagreement in context.get("disagreements", ()):
        if disagreement.situation:
            yield disagreement.situation.case


def _deadline(alert: Alert) -> datetime:
    return (alert.decide_by if alert.state == AlertState.HELD else alert.acknowledge_by) or alert.created_at


def _cases(actor: Actor) -> dict[str, Any]:
    """My cases, their reviews, tasks and measures that end."""
    now = timezone.now()
    mine = Case.objects.visible_to(actor).of_team(actor).open()
    # One question for both, as above.
    latest = mine.annotate(is_due=Value(False)).order_by("-active_at")[:MOST]
    soon = mine.filter(review_due_at__lte=now + SOON).annotate(is_due=Value(True))
    found = list(latest.union(soon.order_by("review_due_at")[:MOST], all=True))
    due: dict[bool, list[Case]] = {True: [], False: []}
    for case in found:
        due[case.is_due].append(case)  # type: ignore[attr-defined] # annotated
    recent = sorted(due[False], key=lambda case: case.active_at, reverse=True)
    reviews = sorted(due[True], key=lambda case: case.review_due_at or now)
    return {
        "recent": recent,
        "reviews": reviews,
        "tasks": list(tasks_of(actor, until=now + SOON)[:MOST]),
        "measures": list(
            Measure.objects.filter(case__in=mine, ends_on__gte=timezone.localdate(now))
            .filter(ends_on__lte=timezone.localdate(now + MEASURES_SOON))
            .exclude(status=MeasureStatus.ENDED)
            .select_related("case")
            .order_by("ends_on")[:MOST]
        ),
    }


def _seconds(actor: Actor) -> dict[str, Any]:
    """Lowered levels that wait for my word: mine sent back to me, those of others if I may read them again."""
    back = Q(second=SecondReading.SENT_BACK, author=actor.user_id)
    wanted = Q(second=SecondReading.WANTED) & ~Q(author=actor.user_id)
    waiting = Reading.objects.filter(
        back | wanted if actor.can(Perm.READING_SECOND) else back, case__in=Case.objects.visible_to(actor)
    )
    found = list(waiting.select_related("case", "author").order_by("second_due_at")[: 2 * MOST])
    return {
        "sent_back": [reading for reading in found if reading.is_sent_back],
        "seconds": [reading for reading in found if reading.awaits_second],
    }


def _disagreements(actor: Actor) -> list[Disagreement]:
    """Open ones with a partner, the one due first on top."""
    ours = Disagreement.objects.visible_to(actor).filter(service=actor.service).open()
    about = ("situation__case", "situation__partner", "contested__sender", "contested__recipient")
    return list(ours.select_related(*about).order_by("due_at")[:MOST])


def _emergencies(actor: Actor) -> list[Emergency]:
    """What left without agreement and waits for my review: not what I decided on myself."""
    waiting = Emergency.objects.visible_to(actor).filter(service=actor.service).to_review()
    others = waiting.exclude(acted_by=actor.user_id) if actor.user_id else waiting
    return list(others.select_related("case", "acted_by")[:MOST])


def _glasses(actor: Actor) -> list[GlassBreak]:
    """Broken glasses to review, not one's own."""
    visible = Case.objects.visible_to(actor)
    glasses = GlassBreak.objects.filter(case__in=visible, reviewed_at=None).exclude(user=actor.user_id)
    return list(glasses.select_related("case", "user").order_by("review_due_at")[:MOST])
