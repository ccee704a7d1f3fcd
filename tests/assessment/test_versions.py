"""Grids as versioned data: loaded once and for good, taken in use and retired, compared and never applied."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from assessment import versions
from assessment.factories import LEVEL_1, LEVEL_2, LEVEL_3, LEVEL_4, NOT_ASSESSABLE, draft
from assessment.finalising import freeze
from assessment.grids import GridError, load_grid
from assessment.grids.loading import HERE, grid_hash
from assessment.models import Answer, GridUse, GridVersion, Reading
from assessment.refusals import GridHasFaults, GridKnownOtherwise, LastGrid, NoSuchGrid
from assessment.rereading import reread
from assessment.services import start_reading
from assessment.stored import answers_of, result_of
from assessment.transitions import Transitions, rereadings
from cases import factories
from pole.audit.models import Event, Tag
from pole.clock import database_now
from pole.tenancy.actor import RightLacking
from pole.tenancy.context import inside

pytestmark = pytest.mark.django_db
SHIPPED = (HERE / "pdc-1.yaml").read_text()
# Physical violence alone counts for 3 here: what the project itself might try next.
STRICTER = SHIPPED.replace("grid: pdc-1", "grid: pdc-1-stricter")


@pytest.fixture
def denis(cast):
    return cast.actor(cast.denis)


@pytest.fixture
def stricter(cast, inside) -> str:
    assert STRICTER != SHIPPED
    return versions.load_version(stricter_text()).code


def stricter_text() -> str:
    found = next(line for line in STRICTER.splitlines() if "level: 2" in line and "A7" in line)
    return STRICTER.replace(found, found.replace("level: 2", "level: 3"))


def test_an_unknown_grid_is_refused_with_those_that_exist():
    with pytest.raises(GridError, match=r"'nope' .*pdc-1, ticks-1"):
        load_grid("nope")


def test_a_loaded_grid_is_read_with_like_one_that_ships(cast, stricter):
    assert load_grid(stricter) is load_grid(stricter)
    assert load_grid(stricter).code == stricter
    assert grid_hash(stricter) != grid_hash("pdc-1")


def test_the_same_text_again_changes_nothing_and_another_under_its_code_is_refused(cast, stricter):
    assert versions.load_version(stricter_text()).code == stricter
    with pytest.raises(GridKnownOtherwise):
        versions.load_version(stricter_text() + "# another\n")
    with pytest.raises(GridKnownOtherwise):
        versions.load_version(SHIPPED + "# another\n")
    assert GridVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "place"),
    [
        pytest.param("grid: x\n", "version", id="no grid at all"),
        pytest.param("a: &b 1\nc: *b\n", "anchors", id="an anchor"),
        pytest.param("grid: x\ngrid: y\n", "twice", id="a key twice"),
        pytest.param("x" * 1_000_001, "longer", id="a megabyte"),
    ],
)
def test_what_is_no_grid_is_refused_with_the_place(cast, text, place):
    with pytest.raises(GridError, match=place):
        versions.load_version(text)
    assert not GridVersion.objects.exists()


def test_a_grid_in_which_something_can_never_happen_is_refused_with_the_line(cast):
    dead = STRICTER.replace(
        "cautions:", "cautions:\n  - {code: never, when: {all: [A1, {not: A1}]}, text: Jamais.}", 1
    )
    assert dead != STRICTER
    with pytest.raises(GridHasFaults, match=r"Ligne \d+, cautions\[0\].when – Jamais la mise en garde"):
        versions.load_version(dead)


def test_only_the_direction_manages_grids(cast, stricter):
    for who in (cast.ana, cast.rita, cast.olga):
        actor = cast.actor(who)
        for act in (versions.use_grid, versions.retire_grid):
            with pytest.raises(RightLacking):
                act(actor=actor, code="ticks-1")
        with pytest.raises(RightLacking):
            versions.load_version(SHIPPED, actor=actor)


def test_a_service_reads_with_the_usual_grid_until_it_chooses(cast, denis, case):
    assert versions.grids_in_use(cast.victims) == ["pdc-1"]
    versions.use_grid(actor=denis, code="ticks-1")
    assert versions.grids_in_use(cast.victims) == ["pdc-1", "ticks-1"]
    with inside(cast.programme):
        assert versions.grids_in_use(cast.programme) == ["pdc-1"]
    assert Event.objects.filter(tag=Tag.GRID_TAKEN, user=cast.denis).count() == 1


def test_a_retired_grid_starts_no_reading_and_keeps_those_that_it_has(cast, denis, ana, case):
    made = freeze(actor=ana, reading_id=draft(case, cast.ana, LEVEL_2).pk, at=database_now())
    unfinished = draft(case, cast.ana, LEVEL_3)
    versions.use_grid(actor=denis, code="ticks-1")
    versions.retire_grid(actor=denis, code="pdc-1")

    assert Reading.objects.get(pk=made.pk).grid == "pdc-1"
    assert result_of(Reading.objects.get(pk=made.pk)).severity == 2
    freeze(actor=ana, reading_id=unfinished.pk, at=database_now())
    assert start_reading(actor=ana, case=case).grid == "ticks-1"
    with pytest.raises(NoSuchGrid):
        start_reading(actor=ana, case=case, grid="pdc-1")


def test_the_last_grid_in_use_is_not_retired(cast, denis):
    with inside(cast.victims):
        with pytest.raises(LastGrid):
            versions.retire_grid(actor=denis, code="pdc-1")
        with pytest.raises(NoSuchGrid):
            versions.retire_grid(actor=denis, code="ticks-1")
        assert versions.grids_in_use(cast.victims) == ["pdc-1"]


def test_a_reading_goes_on_with_the_grid_of_the_last_one(cast, denis, ana, case):
    versions.use_grid(actor=denis, code="ticks-1")
    freeze(actor=ana, reading_id=draft(case, cast.ana, {"F1": "yes"}, grid="ticks-1").pk, at=database_now())
    assert start_reading(actor=ana, case=case).grid == "ticks-1"


def test_a_draft_changes_its_grid_while_it_holds_no_answer(cast, denis, ana, case):
    versions.use_grid(actor=denis, code="ticks-1")
    assert start_reading(actor=ana, case=case).grid == "pdc-1"
    reading = start_reading(actor=ana, case=case, grid="ticks-1")
    assert reading.grid == "ticks-1"
    Answer.objects.create(service=cast.victims, reading=reading, indicator="F1", value="yes")
    assert start_reading(actor=ana, case=case, grid="pdc-1").grid == "ticks-1"


def read(cast, answers, *, ago=0, case=None, grid="pdc-1") -> Reading:
    case = case or factories.case(cast.victims, team=[cast.ana], followed="Nora Lien")
    at = database_now() - timedelta(days=ago)
    return freeze(actor=cast.actor(cast.ana), reading_id=draft(case, cast.ana, answers, grid=grid).pk, at=at)


def counted(cast, old: str, new: str) -> Transitions:
    return list(rereadings(cast.victims, load_grid(old), load_grid(new)))[-1]


def test_read_again_with_the_same_grid_nothing_moves(cast, inside):
    for answers in (LEVEL_1, LEVEL_2, LEVEL_3, LEVEL_4, NOT_ASSESSABLE):
        first = read(cast, answers, ago=20)
        read(cast, {"A1": "absent"}, case=first.case)  # kept from the one before
    found = counted(cast, "pdc-1", "pdc-1")
    assert found.readings == 10
    assert found.moved == found.retyped == found.left_out == 0
    assert not found.markers_new + found.markers_gone


def test_read_again_with_a_stricter_grid_the_level_moves_and_no_reading_changes(cast, stricter):
    read(cast, LEVEL_2)
    read(cast, LEVEL_1)
    before = list(Reading.objects.order_by("pk").values())
    found = counted(cast, "pdc-1", stricter)
    assert found.levels == {(2, 3): 1, (1, 1): 1}
    assert found.moved == 1
    assert list(Reading.objects.order_by("pk").values()) == before


def test_answers_that_mean_nothing_to_the_other_grid_are_left_out(cast, inside):
    reading = read(cast, LEVEL_2)
    again = reread(
        answers_of(reading), made_with=load_grid("pdc-1"), grid=load_grid("ticks-1"), on=database_now().date()
    )
    assert set(again.left_out) == set(LEVEL_2)
    found = counted(cast, "pdc-1", "ticks-1")
    assert (found.readings, found.left_out, found.not_comparable) == (1, 1, 1)
    assert not found.levels + found.types


def test_a_service_counts_its_own_readings_alone(cast, inside):
    read(cast, LEVEL_2)
    assert counted(cast, "pdc-1", "pdc-1").readings == 1


def called(*args: str) -> tuple[int, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command("grid", *args, stdout=out, stderr=err)
    except SystemExit as stopped:
        return int(stopped.code or 0), out.getvalue() + err.getvalue()
    return 0, out.getvalue()


def test_from_the_command_line(cast, tmp_path: Path):
    file = tmp_path / "stricter.yaml"
    file.write_text(stricter_text())
    assert called("load", str(file))[0] == 0
    slug = cast.victims.slug
    assert called("use", "pdc-1-stricter", "--service", slug)[0] == 0
    code, said = called("list", "--service", slug)
    assert code == 0
    assert "pdc-1-stricter  in use  0 reading(s)" in said
    assert called("retire", "pdc-1", "--service", slug)[0] == 0
    code, said = called("retire", "pdc-1-stricter", "--service", slug)
    assert code == 1
    assert "la seule" in said
    with inside(cast.victims):
        assert [use.grid for use in GridUse.objects.current()] == ["pdc-1-stricter"]


def test_the_command_compares(cast):
    with inside(cast.victims):
        read(cast, LEVEL_2)
    code, said = called("compare", "pdc-1", "pdc-1", "--service", cast.victims.slug)
    assert code == 0
    assert "1 reading(s) made with pdc-1" in said
    assert "then \\ now       1       2       3       4      NE" in said
    assert "           2       0       1       0       0       0" in said


def test_the_command_refuses_what_is_no_grid_and_whom_it_does_not_know(cast, tmp_path: Path):
    file = tmp_path / "broken.yaml"
    file.write_text("grid: x\n")
    code, said = called("load", str(file))
    assert code == 2
    assert "broken.yaml" in said
    with pytest.raises(CommandError):
        called("use", "pdc-1", "--service", "nobody")
