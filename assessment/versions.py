"""Which grids there are, and which of them a service reads with: loaded, taken in use, retired."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from assessment.grid import Grid
from assessment.grids import GridError, load_grid, shipped
from assessment.grids.findings import Checked, check
from assessment.grids.loading import hash_of, read_grid
from assessment.models import GridUse, GridVersion, Reading
from assessment.refusals import GridHasFaults, GridKnownOtherwise, LastGrid, NoSuchGrid
from pole.audit.models import Tag, record
from pole.tenancy.actor import Actor
from pole.tenancy.models import Service
from pole.tenancy.permissions import Perm
from pole.yamlfile import load


@dataclass(frozen=True, slots=True)
class KnownGrid:
    """A grid that can be read with, as one service sees it. `since` None: not in use, or never said to be.

    `retired_at`: it was in use until then, and is no longer.
    """

    grid: Grid
    ships: bool
    loaded_at: datetime | None
    since: datetime | None
    retired_at: datetime | None
    in_use: bool
    readings: int


def examined(text: str, *, name: str = "") -> tuple[Grid, Checked]:
    """A grid's text, read and searched for what cannot happen in it.

    Raises:
        GridError: not a grid, with path and line.
    """
    root = load(text, error=GridError, name=name)
    grid = read_grid(root)
    return grid, check(grid, root, on=timezone.localdate())


@transaction.atomic
def load_version(text: str, *, actor: Actor | None = None, name: str = "") -> GridVersion:
    """Keep a grid's text under its code; the same text again changes nothing.

    Args:
        actor: who loads it; None is the operator at the command line, who writes no service's journal.

    Raises:
        RightLacking: the actor manages no grids.
        GridError: not a grid, with path and line.
        GridHasFaults: something in it can never happen, or always does.
        GridKnownOtherwise: another text has this code; a version in use is never changed.
    """
    if actor:
        actor.require(Perm.GRID_MANAGE)
    text = text.replace("\r\n", "\n")  # a form sends every end of line so: the same file is the same text
    grid, checked = examined(text, name=name)
    if checked.faults:
        raise GridHasFaults(checked.faults)
    digest = hash_of(text)
    known = GridVersion.objects.filter(code=grid.code).first()
    if grid.code in shipped() or (known and known.sha256 != digest):
        raise GridKnownOtherwise(grid.code)
    if known:
        return known
    version = GridVersion.objects.create(code=grid.code, text=text, sha256=digest)
    if actor:
        record(actor=actor, tag=Tag.GRID_LOADED, subject_id=version.pk, grid=grid.code, sha256=digest)
    return version


@transaction.atomic
def use_grid(*, actor: Actor, code: str) -> None:
    """Take a grid in use for the service's new readings, beside those it has in use.

    Raises:
        RightLacking, NoSuchGrid
    """
    actor.require(Perm.GRID_MANAGE)
    if code not in known_codes():
        raise NoSuchGrid
    _write_the_usual(actor)
    _made, is_new = GridUse.objects.get_or_create(
        service=actor.service, grid=code, retired_at=None, defaults={"taken_by_id": actor.user_id}
    )
    if is_new:
        record(actor=actor, tag=Tag.GRID_TAKEN, grid=code)


@transaction.atomic
def retire_grid(*, actor: Actor, code: str) -> None:
    """No new reading with it from now on. Readings and drafts made with it keep it.

    Raises:
        RightLacking
        NoSuchGrid: the service does not use it.
        LastGrid: it is the only one in use.
    """
    actor.require(Perm.GRID_MANAGE)
    _write_the_usual(actor)
    uses = {
        use.grid: use for use in GridUse.objects.current().select_for_update().filter(service=actor.service)
    }
    if code not in uses:
        raise NoSuchGrid
    if len(uses) == 1:
        raise LastGrid
    use = uses[code]
    use.retired_at, use.retired_by_id = timezone.now(), actor.user_id
    use.save(update_fields=["retired_at", "retired_by"])
    record(actor=actor, tag=Tag.GRID_RETIRED, grid=code)


def grids_in_use(service: Service) -> list[str]:
    """Codes that a new reading may use, the one taken first on top; the usual one where none was chosen."""
    uses = GridUse.objects.current().filter(service=service).order_by("since", "grid")
    return list(uses.values_list("grid", flat=True)) or [settings.READING_GRID]


def known_codes() -> list[str]:
    """Every grid that can be read with."""
    return [*shipped(), *GridVersion.objects.order_by("code").values_list("code", flat=True)]


def known_grids(service: Service) -> list[KnownGrid]:
    """Every grid, with what it is to the service: those in use first."""
    # The latest use of each grid says how it stands.
    last = {use.grid: use for use in GridUse.objects.filter(service=service).order_by("since")}
    used = {code for code, use in last.items() if use.retired_at is None} or {settings.READING_GRID}
    loaded = dict(GridVersion.objects.values_list("code", "loaded_at"))
    finalised = Reading.objects.filter(service=service).finalised().order_by()
    counts = dict(finalised.values_list("grid").annotate(count=Count("pk")))
    known = [
        KnownGrid(
            grid=load_grid(code),
            ships=code not in loaded,
            loaded_at=loaded.get(code),
            since=last[code].since if code in last and code in used else None,
            retired_at=last[code].retired_at if code in last else None,
            in_use=code in used,
            readings=counts.get(code, 0),
        )
        for code in [*shipped(), *sorted(loaded)]
    ]
    return sorted(known, key=lambda each: (not each.in_use, each.grid.code))


def _write_the_usual(actor: Actor) -> None:
    """What the service used without saying so, said before the first change."""
    if not GridUse.objects.filter(service=actor.service).exists():
        GridUse.objects.create(service=actor.service, grid=settings.READING_GRID)
