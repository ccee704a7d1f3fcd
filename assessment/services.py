"""Everything that changes a draft: started, filled in, given up. Finalising is in `assessment.finalising`."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from assessment.checking import check_answer
from assessment.models import Answer, Reading
from assessment.refusals import CaseClosed, FinalisedAlready, NoSuchGrid, NotTheAuthor
from assessment.stored import Given, answers_of, given_of, grid_of, previous_of, put_details, result_of
from assessment.versions import grids_in_use
from cases.models import Case
from pole.audit.models import Tag, record
from pole.tenancy.actor import Actor
from pole.tenancy.permissions import Perm

__all__ = [
    "Given",
    "answers_of",
    "discard_draft",
    "given_of",
    "grid_of",
    "previous_of",
    "result_of",
    "save_answers",
    "start_reading",
]


@transaction.atomic
def start_reading(*, actor: Actor, case: Case, grid: str = "") -> Reading:
    """The actor's draft of this case: the one already open, or a new one.

    Nothing of the previous reading is copied: it stands beside, to be asked again.

    Args:
        grid: one that the service has in use; empty takes that of the last reading, or the first in use. A draft
            that holds no answer yet changes to it.

    Raises:
        CaseClosed
        NoSuchGrid: not in use here.
    """
    actor.require(Perm.READING_WRITE)
    if not case.is_open:
        raise CaseClosed
    last = Reading.objects.filter(case=case).finalised().latest_first().first()
    in_use = grids_in_use(actor.service)
    if grid and grid not in in_use:
        raise NoSuchGrid
    reading, is_new = Reading.objects.get_or_create(
        service=actor.service,
        case=case,
        author_id=actor.user_id,
        finalised_at=None,
        defaults={
            "grid": grid or (last.grid if last and last.grid in in_use else in_use[0]),
            "previous": last,
        },
    )
    if is_new:
        record(
            actor=actor, tag=Tag.READING_STARTED, subject_id=reading.pk, case=str(case.pk), grid=reading.grid
        )
    elif grid and grid != reading.grid and not Answer.everything.filter(reading=reading).exists():
        reading.grid = grid
        reading.save(update_fields=["grid"])
    return reading


@transaction.atomic
def save_answers(*, actor: Actor, reading_id: UUID, answers: Mapping[str, Given]) -> Reading:
    """Write these lines of a draft, each over what it held; other lines stay. All of them or none.

    Not in the journal: nothing is said until the reading is finalised, and every line keeps its own time.

    Args:
        answers: indicator code to what was given. An empty value is *not explored*.

    Raises:
        UnknownIndicator: a code that the reading's grid does not define.
        InvalidAnswer: a value, source, detail or date that it does not take (`code` and `reason` say which).
        FinalisedAlready, NotTheAuthor
        Reading.DoesNotExist: no such reading for this actor.
    """
    reading = own_draft(actor, reading_id)
    grid, now = grid_of(reading), timezone.now()
    for code, given in answers.items():
        check_answer(grid, code, given, on=timezone.localdate(now))
    rows = {row.indicator: row for row in Answer.everything.filter(reading=reading, indicator__in=answers)}
    kept, emptied = [], []
    for code, given in answers.items():
        row = rows.get(code) or Answer(service=actor.service, reading=reading, indicator=code)
        if given.is_empty:
            emptied.append(row.pk)
            continue
        row.value, row.seen, row.source, row.note = given.value, given.seen, given.source, given.note
        row.saved_at = now
        put_details(row, grid.indicators[code], given.details)
        kept.append(row)
    Answer.everything.filter(pk__in=emptied).delete()
    # By key: what is sealed in a row is bound to it. The lock on the reading keeps a second writer out.
    Answer.everything.bulk_create(
        kept,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["value", "seen", "source", "details", "words", "note", "saved_at"],
    )
    reading.saved_at = now
    reading.save(update_fields=["saved_at"])
    return reading


@transaction.atomic
def discard_draft(*, actor: Actor, reading_id: UUID) -> Case:
    """Give up one's draft, with its answers; its case.

    Raises:
        FinalisedAlready, NotTheAuthor
        Reading.DoesNotExist: no such reading for this actor.
    """
    reading = own_draft(actor, reading_id)
    case = reading.case
    record(actor=actor, tag=Tag.READING_DISCARDED, subject_id=reading.pk, case=str(case.pk))
    reading.delete()
    return case


def own_draft(actor: Actor, reading_id: UUID) -> Reading:
    """The actor's draft, locked until the transaction ends.

    Raises:
        FinalisedAlready, NotTheAuthor
        Reading.DoesNotExist: no such reading for this actor.
    """
    actor.require(Perm.READING_WRITE)
    reading = (
        Reading.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .select_related("case")
        .get(pk=reading_id)
    )
    if not reading.is_draft:
        raise FinalisedAlready
    if reading.author_id != actor.user_id:
        raise NotTheAuthor
    return reading
