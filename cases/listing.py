"""What a line of a list says about a case besides itself, in one query for the page."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Min, OuterRef, Q, Subquery
from django.utils import timezone

from cases.models import Case, Measure, MeasureStatus, Person, PersonRole, Task
from cases.models.case import CaseQuerySet


def with_next_dates(cases: CaseQuerySet) -> CaseQuerySet:
    """Adds `measure_ends_on`, the measure that ends next, and `task_due_at`, the task due first."""
    ends = Measure.objects.filter(
        Q(ends_on__gte=timezone.localdate()), ~Q(status=MeasureStatus.ENDED), case=OuterRef("pk")
    )
    tasks = Task.objects.filter(case=OuterRef("pk"), done_at=None)
    return cases.annotate(
        measure_ends_on=Subquery(ends.order_by("ends_on").values("ends_on")[:1]),
        task_due_at=Subquery(tasks.values("case").annotate(first=Min("due_at")).values("first")),
    )


def name_people(cases: Iterable[Case]) -> None:
    """Give each case of the page its two people: `followed` and `partner`, or None."""
    shown: dict[UUID, list[Case]] = defaultdict(list)  # a page may show the same case twice
    for case in cases:
        case.followed = case.partner = None  # type: ignore[attr-defined] # for the page alone
        shown[case.pk].append(case)
    roles = (PersonRole.FOLLOWED, PersonRole.PARTNER)
    for person in Person.objects.filter(case__in=shown.keys(), role__in=roles).order_by("-id"):
        for case in shown[person.case_id]:
            setattr(case, person.role, person)
