"""Ratings of other instruments: recorded in their own words, withdrawn as mistakes, restored when they were none."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from cases.instruments import OTHER, instruments
from cases.models import Case, ExternalRating
from cases.refusals import (
    InstrumentUnnamed,
    NotALevel,
    NotAnInstrument,
    NotWithdrawn,
    WithdrawnAlready,
    WithoutReason,
)
from cases.services.drafts import drop_draft
from cases.services.writing import may_write, not_in_the_future, written
from pole.tenancy.actor import Actor


@transaction.atomic
def record_rating(
    *,
    actor: Actor,
    case: Case,
    instrument: str,
    level: str,
    rated_on: date,
    rated_by: str,
    instrument_name: str = "",
    version: str = "",
    note: str = "",
) -> ExternalRating:
    """What another instrument said, on its own scale. It enters no reading and no protocol looks at it.

    Raises:
        InTheFuture, CaseClosed
        NotAnInstrument, InstrumentUnnamed
        NotALevel: a word that the instrument's scale does not have.
    """
    author_id = may_write(actor, case)
    not_in_the_future(rated_on, "rated_on")
    known = instruments().get(instrument)
    if known is None and instrument != OTHER:
        raise NotAnInstrument
    if known is None and not instrument_name.strip():
        raise InstrumentUnnamed
    if known and known.levels and level not in known.levels:
        raise NotALevel(level, known)
    rating = ExternalRating.objects.create(
        service=actor.service,
        case=case,
        instrument=instrument,
        instrument_name="" if known else instrument_name.strip(),
        version=version.strip(),
        level=level,
        rated_on=rated_on,
        rated_by=rated_by.strip(),
        note=note.strip(),
        recorded_by_id=author_id,
    )
    drop_draft(actor, case, draft_name(instrument))
    written(actor, case, what="rating", subject_id=rating.pk, instrument=instrument)
    return rating


@transaction.atomic
def withdraw_rating(*, actor: Actor, case: Case, rating: ExternalRating, because: str) -> ExternalRating:
    """Take back what was recorded by mistake. It stays on record with the reason.

    Raises:
        CaseClosed, WithdrawnAlready, WithoutReason
    """
    user_id = may_write(actor, case)
    rating = _locked(case, rating)
    if rating.withdrawn_at:
        raise WithdrawnAlready
    if not because.strip():
        raise WithoutReason
    rating.withdrawn_by_id, rating.withdrawn_at = user_id, timezone.now()
    rating.withdrawn_because = because.strip()
    rating.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_because"])
    written(actor, case, what="rating_withdrawn", subject_id=rating.pk)
    return rating


@transaction.atomic
def restore_rating(*, actor: Actor, case: Case, rating: ExternalRating) -> ExternalRating:
    """Undo a withdrawal, reason included; that it was withdrawn stays in the journal.

    Raises:
        CaseClosed, NotWithdrawn
    """
    may_write(actor, case)
    rating = _locked(case, rating)
    if not rating.withdrawn_at:
        raise NotWithdrawn
    rating.withdrawn_by, rating.withdrawn_at, rating.withdrawn_because = None, None, ""
    rating.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_because"])
    written(actor, case, what="rating_restored", subject_id=rating.pk)
    return rating


def draft_name(instrument: str) -> str:
    """Name among drafts of the form that records what this instrument said."""
    return f"rating-{instrument}"[:30]


def _locked(case: Case, rating: ExternalRating) -> ExternalRating:
    return ExternalRating.objects.select_for_update(of=("self",)).get(pk=rating.pk, case=case)
