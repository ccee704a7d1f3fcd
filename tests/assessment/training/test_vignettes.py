"""Vignettes are files: what ships covers the grid, and a wrong one is told where."""

# ruff: noqa: E501  (a table reads line by line)

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import translation

from assessment.grids import load_grid
from assessment.reading import read
from assessment.vignettes import VignetteError, load_vignette, shipped
from assessment.vignettes.loading import HERE, WORD
from pole.mistakes import in_words

GRID = "pdc-1"
NAME = "le-cours-du-soir"
TEXT = (HERE / f"{NAME}.yaml").read_text(encoding="utf-8")
ALL = [load_vignette(code) for code in shipped()]


def broken(tmp_path: Path, before: str, after: str) -> Path:
    """A vignette with one passage replaced."""
    assert before in TEXT
    path = tmp_path / f"{NAME}.yaml"
    path.write_text(TEXT.replace(before, after, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize("vignette", ALL, ids=lambda each: each.code)
def test_a_proposed_reading_recomputes_with_its_grid(vignette):
    for code, proposed in vignette.readings.items():
        result = read(load_grid(code), proposed.answers, on=vignette.on)
        assert (result.dynamics, result.severity) == (proposed.dynamics, proposed.level)
        assert result.questions == (), "whoever wrote it would be asked about a contradiction"


def test_the_vignettes_show_every_type_and_every_level_of_the_grid():
    grid, proposed = load_grid(GRID), [each.readings[GRID] for each in ALL]
    assert {each.dynamics for each in proposed} == set(grid.dynamics)
    assert {each.level for each in proposed} == set(grid.levels)


def test_they_are_seen_from_every_kind_of_service_and_long_enough_to_read():
    assert {each.seen_from for each in ALL} == {
        "victim_support",
        "perpetrator_programme",
        "police",
        "coordination",
    }
    assert all(120 <= len(WORD.findall(each.text)) <= 250 for each in ALL)
    assert len({each.title for each in ALL}) == len(ALL) >= 8


@pytest.mark.parametrize(
    ("before", "after", "path", "reason"),
    [
        ("title: Le cours du soir\n", "", "", "'title' is missing"),
        ("title: Le cours", "titre: x\ntitle: Le cours", "titre", "not a key that belongs here"),
        ("vignette: le-cours-du-soir", "vignette: autre", "vignette", "the file is called 'le-cours-du-soir'"),
        ("on: 2026-03-12", "on: mars", "on", "expected a date"),
        ("seen_from: victim_support", "seen_from: mairie", "seen_from", "expected one of"),
        ("Pendant longtemps", "Pendant " + "très " * 90 + "longtemps", "text", "120 to 250"),
        ("  pdc-1:", "  pdc-9:", "readings.pdc-9", "no grid is called 'pdc-9'"),
        ("dynamics: T3", "dynamics: T4", "readings.pdc-1.dynamics", "come to type T3"),
        ("level: 2", "level: 3", "readings.pdc-1.level", "come to level 2"),
        ("level: 2", "level: NE", "readings.pdc-1.level", "come to level 2"),
        ("      A1: {", "      Z1: {", "readings.pdc-1.answers.Z1", "no such indicator"),
        ("A7: {value: absent", "A7: {value: jamais", "readings.pdc-1.answers.A7", "jamais"),
        ("seen: 2026-03-10", "seen: 2026-03-13", "readings.pdc-1.answers.A6", "2026-03-13"),
        ("A7: {value: absent, source: victim", "A7: {value: absent, source: radio", "readings.pdc-1.answers.A7.source", "expected one of"),
        ("A7: {value: absent,", "A7: {value: absent, details: {plan: true},", "readings.pdc-1.answers.A7.details.plan", "not a detail"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_told_where(tmp_path, before, after, path, reason):
    with pytest.raises(VignetteError) as error:
        load_vignette(broken(tmp_path, before, after))
    assert error.value.path == path
    assert reason in error.value.reason
    assert error.value.file.endswith(f"{NAME}.yaml")
    assert error.value.line > 0
    with translation.override("fr"):
        assert in_words(error.value) != error.value.reason, "said in French to whoever writes one"


def test_the_command_says_each_mistake_in_french_with_its_place(tmp_path):
    path, out, err = broken(tmp_path, "level: 2", "level: 3"), StringIO(), StringIO()
    good = HERE / f"{NAME}.yaml"
    with pytest.raises(SystemExit) as stopped:
        call_command("vignette", "check", str(path), str(good), stdout=out, stderr=err)
    assert stopped.value.code == 2
    line = 1 + next(n for n, words in enumerate(path.read_text().splitlines()) if "level: 3" in words)
    place, said = err.getvalue().rstrip("\n").split(": readings.pdc-1.level: ")
    assert place == f"{path}:{line}"
    assert said.startswith("Avec ces réponses, la grille suggère le niveau 2")
    assert out.getvalue() == f"{good}: Le cours du soir: pdc-1 T3 2\n"


def test_a_vignette_that_is_not_there_is_told_with_those_that_are():
    with pytest.raises(VignetteError, match=NAME):
        load_vignette("nulle-part")
