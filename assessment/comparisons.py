"""All readings of a service under another grid, a few cases at a time: whoever looks at the page moves it on.

Every step is a transaction of its own, short however many readings there are, and its counts are kept: who leaves the
page and comes back finds it where it was.
"""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from assessment.grids import load_grid
from assessment.models import GridComparison
from assessment.refusals import NoSuchGrid, NothingReadWithIt, SameGrid
from assessment.transitions import Transitions, cases_with, readings_with, rereadings
from assessment.versions import known_codes
from pole.audit.models import Tag, record
from pole.tenancy.actor import Actor
from pole.tenancy.permissions import Perm

CASES_AT_ONCE = 200
SHOWN = 5


@transaction.atomic
def start_comparison(*, actor: Actor, made_with: str, grid: str) -> GridComparison:
    """Ask what another grid would say of all that was read with one; the same one while it is under way.

    Raises:
        RightLacking
        NoSuchGrid: one of the two is not known.
        SameGrid: they are one.
        NothingReadWithIt: no finalised reading was made with it.
    """
    actor.require(Perm.GRID_MANAGE)
    if not {made_with, grid} <= set(known_codes()):
        raise NoSuchGrid
    if made_with == grid:
        raise SameGrid
    total = readings_with(actor.service, made_with)
    if not total:
        raise NothingReadWithIt
    comparison, is_new = GridComparison.objects.get_or_create(
        service=actor.service,
        made_with=made_with,
        grid=grid,
        finished_at=None,
        defaults={"asked_by_id": actor.person_id, "total": total},
    )
    if is_new:
        record(actor=actor, tag=Tag.GRID_COMPARED, subject_id=comparison.pk, made_with=made_with, grid=grid)
    return comparison


@transaction.atomic
def go_on(*, actor: Actor, comparison_id: UUID, cases_at_once: int = CASES_AT_ONCE) -> GridComparison:
    """Read the next cases again, and keep what was counted; nothing where it is finished.

    Raises:
        RightLacking
        GridComparison.DoesNotExist: none of this service.
    """
    actor.require(Perm.GRID_MANAGE)
    # A second window waits here, then does the next ones.
    comparison = GridComparison.objects.select_for_update().get(service=actor.service, pk=comparison_id)
    if comparison.finished_at:
        return comparison
    made_with, grid = load_grid(comparison.made_with), load_grid(comparison.grid)
    cases = cases_with(actor.service, made_with.code, after=comparison.after, at_most=cases_at_once)
    if cases:
        found = Transitions.from_json(comparison.counts)
        for _counted in rereadings(actor.service, made_with, grid, cases=(cases[0], cases[-1]), found=found):
            pass
        comparison.after, comparison.counts = cases[-1], found.to_json()
    if len(cases) < cases_at_once:
        comparison.finished_at = timezone.now()
    comparison.save(update_fields=["after", "counts", "finished_at"])
    return comparison


def latest_comparisons(actor: Actor) -> list[GridComparison]:
    """Those asked last, under way or finished."""
    return list(GridComparison.objects.filter(service=actor.service).order_by("-asked_at")[:SHOWN])
