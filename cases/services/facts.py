"""Incidents and measures of protection."""

from datetime import date

from django.db import transaction

from cases.models import Case, ChangeKind, Incident, Measure, MeasureStatus
from cases.refusals import BreachUndated, EndsBeforeStart, NotOfThisCase
from cases.services.drafts import drop_draft
from cases.services.writing import may_write, not_in_the_future, written
from pole.tenancy.actor import Actor


@transaction.atomic
def record_incident(*, actor: Actor, case: Case, kind: str, happened_on: date, text: str) -> Incident:
    """A dated fact.

    Raises:
        InTheFuture, CaseClosed
    """
    author_id = may_write(actor, case)
    not_in_the_future(happened_on, "happened_on")
    incident = Incident.objects.create(
        service=actor.service,
        case=case,
        kind=kind,
        happened_on=happened_on,
        text=text,
        recorded_by_id=author_id,
    )
    drop_draft(actor, case, "incident")
    written(actor, case, what="incident", subject_id=incident.pk, kind=ChangeKind.INCIDENT, incident=kind)
    return incident


@transaction.atomic
def record_measure(
    *,
    actor: Actor,
    case: Case,
    kind: str,
    starts_on: date,
    ends_on: date | None = None,
    authority: str = "",
    text: str = "",
) -> Measure:
    """A measure of protection, in force.

    Raises:
        EndsBeforeStart, CaseClosed
    """
    author_id = may_write(actor, case)
    if ends_on and ends_on < starts_on:
        raise EndsBeforeStart
    measure = Measure.objects.create(
        service=actor.service,
        case=case,
        kind=kind,
        starts_on=starts_on,
        ends_on=ends_on,
        authority=authority,
        text=text,
        recorded_by_id=author_id,
    )
    drop_draft(actor, case, "measure")
    written(actor, case, what="measure", subject_id=measure.pk, kind=ChangeKind.MEASURE, measure=kind)
    return measure


@transaction.atomic
def change_measure(
    *,
    actor: Actor,
    case: Case,
    measure: Measure,
    status: str,
    ends_on: date | None = None,
    breached_on: date | None = None,
    approaching: bool = False,
    text: str | None = None,
) -> Measure:
    """Prolong, end, or record a breach. Rules may look at any of it.

    Raises:
        BreachUndated: a breach has a day.
        InTheFuture, EndsBeforeStart, NotOfThisCase, CaseClosed
    """
    may_write(actor, case)
    if measure.case_id != case.pk:
        raise NotOfThisCase
    if ends_on and ends_on < measure.starts_on:
        raise EndsBeforeStart
    kind = ChangeKind.MEASURE
    if status == MeasureStatus.BREACHED:
        if breached_on is None:
            raise BreachUndated
        not_in_the_future(breached_on, "breached_on")
        # A new breach, or what is now known of it; a word corrected in its text is neither.
        known = (measure.status, measure.breached_on, measure.approaching)
        if known != (MeasureStatus.BREACHED, breached_on, approaching):
            kind = ChangeKind.BREACH
        measure.breached_on, measure.approaching = breached_on, approaching
    measure.status, measure.ends_on = status, ends_on
    if text is not None:
        measure.text = text
    measure.save()
    drop_draft(actor, case, draft_name(measure))
    written(actor, case, what="measure", subject_id=measure.pk, kind=kind, status=status)
    return measure


def draft_name(measure: Measure) -> str:
    """Name among drafts of the form that changes a measure."""
    return f"measure-{measure.pk.hex[:12]}"
