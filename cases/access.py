"""The one way to a case from outside."""

from uuid import UUID

from django.http import Http404

from cases.models import Case
from cases.models.case import CaseQuerySet
from pole.audit.models import Tag, record
from pole.tenancy.actor import Actor


def case_for(actor: Actor, case_id: UUID, *, shown: bool = True, among: CaseQuerySet | None = None) -> Case:
    """The case, if the actor may see it. Its reading is written in the journal.

    Args:
        shown: False when nothing of it is put on the screen (an autosave, a form sent), so nothing was read.
        among: a queryset that brings more along with the case; the same eyes see it.

    Raises:
        Http404: no such case, or not for this actor: the two look the same.
    """
    cases = Case.objects.all() if among is None else among
    case = cases.visible_to(actor).filter(pk=case_id).first()
    if case is None:
        raise Http404
    if shown:
        record(actor=actor, tag=Tag.CASE_READ, subject_id=case.pk)
    return case
