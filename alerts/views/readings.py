"""The last steps of a reading: see what it would do, finalise, see what it did, read it a second time."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from alerts import leaving_out, services
from alerts.emergencies import of_alerts
from alerts.forms.emergencies import LinesForm
from alerts.forms.readings import LevelForm, SecondForm, SentBackForm
from alerts.models import Alert, AlertState
from alerts.outlook import closed_of
from alerts.preview import Effect, effect_of
from alerts.shown import name_urgencies
from alerts.told import Changes, mark_of
from alerts.views.emergencies import keep_lines_typed
from assessment.answered import answered
from assessment.explaining import explained, explained_reading
from assessment.left_open import left_open
from assessment.models import Reading
from assessment.retained import Retained, change
from assessment.stored import grid_of
from cases.listing import name_people
from cases.models import ExternalRating
from pole.accounts.again import confirmed_lately
from pole.audit.models import Tag, record
from pole.clock import database_now
from pole.refusals import Refused
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm


@require_GET
@service_view(Perm.READING_WRITE)
def preview(request: ServiceRequest, actor: Actor, reading_id: UUID) -> HttpResponse:
    """What finalising would do: level, reasons, recipients, categories. Nothing is written."""
    reading = _draft(actor, reading_id)
    if not reading.is_draft:
        return redirect("alerts:reading", actor.service_slug, reading.pk)
    return _preview(request, actor, reading, LevelForm(grid=grid_of(reading)))


@require_GET
@service_view(Perm.READING_WRITE)
def effect(request: ServiceRequest, actor: Actor, reading_id: UUID) -> HttpResponse:
    """The same for another level, as it is being chosen."""
    reading = _draft(actor, reading_id)
    form = LevelForm(request.GET, grid=grid_of(reading))
    form.is_valid()
    effect = _effect(actor, reading, form)
    context = {
        "effect": effect,
        "mark": mark_of(effect),
        "with_duties": True,
        "left_out": request.GET.getlist("left_out"),
    }
    return render(request, "alerts/_effect.html", context)


@require_POST
@service_view(Perm.READING_WRITE)
def finalise(request: ServiceRequest, actor: Actor, reading_id: UUID) -> HttpResponse:
    """Freeze it, and let leave what was shown; where that is no longer what would leave, show it again."""
    reading = _draft(actor, reading_id)
    form = LevelForm(request.POST, grid=grid_of(reading))
    if not form.is_valid() or "see" in request.POST:
        return _preview(request, actor, reading, form)
    choice = {**form.cleaned_data}
    shown = choice.pop("shown")
    if reading.is_draft and shown and (changes := Changes.between(shown, _effect(actor, reading, form))):
        form.add_error(None, _("What would happen is no longer what was shown. Look again, then finalise."))
        return _preview(request, actor, reading, form, changes)
    try:
        left_out = leaving_out.read(request.POST.getlist("left_out"))
        alerts = services.finalise_reading(
            actor=actor, reading_id=reading_id, at=database_now(), left_out=left_out, **choice
        )
    except Refused as refused:
        if not reading.is_draft:
            messages.info(request, str(refused))
            return redirect("alerts:reading", actor.service_slug, reading.pk)
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return _preview(request, actor, reading, form)
    messages.success(request, _what_happened(alerts))
    keep_lines_typed(request, actor, alerts)
    return redirect("alerts:reading", actor.service_slug, reading_id)


@require_GET
@service_view(Perm.CASE_READ)
def result(request: ServiceRequest, actor: Actor, reading_id: UUID) -> HttpResponse:
    """A finalised reading: what it says, why, what it did."""
    return _result(request, actor, _reading(actor, reading_id))


@require_POST
@service_view(Perm.READING_SECOND)
def second(request: ServiceRequest, actor: Actor, reading_id: UUID) -> HttpResponse:
    """The second reader's word."""
    reading = _reading(actor, reading_id)
    form = SecondForm(request.POST)
    if not form.is_valid():
        return _result(request, actor, reading, form)
    word, motive, at = form.cleaned_data["word"], form.cleaned_data["motive"], database_now()
    try:
        if word == SecondForm.BACK:
            services.send_back_reading(actor=actor, reading_id=reading_id, question=motive, at=at)
            messages.success(request, _("Sent back. The author is told, and has one working day."))
        else:
            agrees = word == SecondForm.AGREE
            services.second_reading(actor=actor, reading_id=reading_id, agrees=agrees, motive=motive, at=at)
            messages.success(request, _("Your second reading is recorded."))
    except Refused as refused:
        messages.info(request, str(refused))
    return redirect("alerts:reading", actor.service_slug, reading_id)


@require_POST
@service_view(Perm.READING_WRITE)
def answer_back(request: ServiceRequest, actor: Actor, reading_id: UUID) -> HttpResponse:
    """The author's answer to a second reader who asked back."""
    reading = _reading(actor, reading_id)
    form = SentBackForm(request.POST, may_take=reading.choice_waits)
    if not form.is_valid():
        return _result(request, actor, reading, form)
    takes, motive = form.cleaned_data["answer"] == SentBackForm.TAKE, form.cleaned_data["motive"]
    try:
        services.answer_sent_back(
            actor=actor, reading_id=reading_id, motive=motive, takes_suggestion=takes, at=database_now()
        )
        if takes:
            messages.success(request, _("The suggested level stays, and the protocols were asked again."))
        else:
            messages.success(request, _("Your answer is recorded. A second reader is asked again."))
    except Refused as refused:
        messages.info(request, str(refused))
    return redirect("alerts:reading", actor.service_slug, reading_id)


def _result(
    request: ServiceRequest, actor: Actor, reading: Reading, form: SecondForm | SentBackForm | None = None
) -> HttpResponse:
    if reading.is_draft:
        return redirect("assessment:fill", actor.service_slug, reading.pk)
    is_mine = reading.author_id == actor.user_id
    seconds = reading.awaits_second and actor.can(Perm.READING_SECOND) and not is_mine
    answers = reading.is_sent_back and is_mine
    alerts = list(
        Alert.objects.visible_to(actor)
        .filter(reading=reading, service=actor.service)
        .with_replies()
        .select_related("recipient", "protocol")
        .order_by("created_at")
    )
    name_urgencies(alerts)
    name_people([reading.case])
    grid = grid_of(reading)
    record(actor=actor, tag=Tag.CASE_READ, subject_id=reading.case_id, reading=str(reading.pk))
    context = {
        "reading": reading,
        "grid": grid,
        "explanation": explained_reading(reading),
        "left_open": left_open(reading),
        "answered": answered(reading),
        "since": (change(Retained.of(reading.previous), Retained.of(reading)) if reading.previous else None),
        "in_force": grid.levels[reading.in_force],
        "suggested": grid.levels[reading.suggested],
        "chosen": grid.levels[reading.chosen],
        "chosen_dynamics": grid.dynamics[reading.chosen_dynamics] if reading.chosen_dynamics else None,
        "rounds": list(reading.rounds.select_related("by")) if reading.is_lowered else [],
        "is_overdue": reading.second_is_overdue,
        "alerts": alerts,
        "emergencies": of_alerts(actor, alerts),
        "closed": (
            closed_of(
                actor.service,
                [(alert.protocol, alert.recipient_id) for alert in alerts if alert.state == AlertState.HELD],
                database_now(),
            )
            if seconds or answers
            else []
        ),
        "ratings": list(
            ExternalRating.objects.filter(case=reading.case_id)
            .known_on(timezone.localdate(reading.finalised_at))
            .latest_first()
        ),
        "second_form": (form or SecondForm()) if seconds else None,
        "back_form": (form or _sent_back_form(reading)) if answers else None,
        "confirmed": confirmed_lately(request),
    }
    return render(request, "alerts/reading.html", context, status=422 if form and form.errors else 200)


def _sent_back_form(reading: Reading) -> SentBackForm:
    return SentBackForm(initial={"motive": reading.motive}, may_take=reading.choice_waits)


def _preview(
    request: ServiceRequest,
    actor: Actor,
    reading: Reading,
    form: LevelForm,
    changes: Changes | None = None,
) -> HttpResponse:
    effect = _effect(actor, reading, form)
    name_people([reading.case])
    context = {
        "reading": reading,
        "form": form,
        "effect": effect,
        "mark": mark_of(effect),
        "changes": changes,
        "left_out": request.POST.getlist("left_out"),
        "lines": LinesForm(request.POST if request.method == "POST" else None),
        "explanation": explained(effect.result, reading.case),
    }
    return render(request, "alerts/preview.html", context, status=422 if form.errors else 200)


def _effect(actor: Actor, reading: Reading, form: LevelForm) -> Effect:
    chosen = getattr(form, "cleaned_data", {})
    return effect_of(
        service=actor.service,
        reading=reading,
        chosen=chosen.get("chosen"),
        chosen_dynamics=chosen.get("chosen_dynamics", ""),
        at=database_now(),
    )


def _what_happened(alerts: list[Alert]) -> str:
    sent = sum(alert.exchange_id is not None for alert in alerts)
    held = len(alerts) - sent
    said = [_("Reading finalised.")]
    if sent:
        said.append(ngettext("%(n)s alert sent.", "%(n)s alerts sent.", sent) % {"n": sent})
    if held:
        said.append(ngettext("%(n)s alert held.", "%(n)s alerts held.", held) % {"n": held})
    return " ".join(said if alerts else [*said, _("Nothing was sent.")])


def _draft(actor: Actor, reading_id: UUID) -> Reading:
    """The actor's own draft, or one that was finalised meanwhile."""
    reading = _reading(actor, reading_id)
    if reading.author_id != actor.user_id:
        raise Http404
    return reading


def _reading(actor: Actor, reading_id: UUID) -> Reading:
    reading = (
        Reading.objects.visible_to(actor)
        .filter(service=actor.service, pk=reading_id)
        .select_related("case", "author", "second_by", "previous")
        .first()
    )
    if reading is None:
        raise Http404
    return reading
