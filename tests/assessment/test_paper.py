"""A reading on paper: everything is there, as it was typed, and a search finds it."""

import re
from datetime import datetime

import pytest

from assessment.factories import LEVEL_1, LEVEL_2, LEVEL_3
from assessment.forms import LONGEST_NOTE
from assessment.grids import load_grid
from assessment.models import Reading
from assessment.paper import printed
from assessment.seconding import answer_sent_back, second, send_back
from assessment.stored import grid_of
from pole.calendar import BRUSSELS
from pole.clock import database_now
from tests.assessment.pdf import Pdf, opened
from tests.assessment.test_exporting import THREAT, again, finalised

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 3, 14, 5, tzinfo=BRUSSELS)


def paper(reading: Reading) -> Pdf:
    return opened(printed(reading, by="Rita", at=AT))


def test_it_says_whose_reading_it_is_with_which_grid_and_what_that_is(cast, case):
    reading = finalised(cast, case, LEVEL_2)
    words, grid = paper(reading).words, grid_of(reading)
    for said in (
        f"Dossier {case.reference}",
        "Service Maison claire",
        "Lecture faite par Ana",
        f"{grid.title} (pdc-1, version 1)",
        grid.notice,
        "En vigueur : 2 · modérée",
        *grid.references,
    ):
        assert said in words


def test_nobodys_name_but_the_professionals_stands_on_it(cast, case):
    pdf = paper(finalised(cast, case, LEVEL_2))
    assert "Nora" not in pdf.words
    assert "Paul" not in pdf.words
    assert b"Nora" not in pdf.raw


def test_a_lowered_level_stands_with_its_motive_and_every_word_of_the_second_reading(cast, case, ana, rita):
    lowered = finalised(cast, case, LEVEL_3, chosen=2, chosen_dynamics="T1", motive="Il est parti.")
    send_back(actor=rita, reading_id=lowered.pk, question="Depuis quand ?", at=database_now())
    answer_sent_back(
        actor=ana, reading_id=lowered.pk, motive="Parti en mai.", takes_suggestion=False, at=database_now()
    )
    second(actor=rita, reading_id=lowered.pk, agrees=True, motive="Vu avec elle.")
    words = paper(again(lowered)).words
    for said in (
        "Suggéré par la grille 3 · élevée",
        "2 · modérée",
        "Domination qui s'installe",
        "Parti en mai.",
        "Depuis quand ?",
        "Vu avec elle.",
        "En vigueur : 2 · modérée",
    ):
        assert said in words


def test_every_line_of_the_grid_stands_on_it_answered_or_not(cast, case):
    words, grid = paper(finalised(cast, case, LEVEL_2)).words, load_grid("pdc-1")
    assert [code for code, each in grid.indicators.items() if f"{code} {each.label} " not in words] == []
    assert words.count("non exploré") == len(grid.indicators) - len(LEVEL_2)


def test_an_answer_stands_with_its_details_its_day_its_source_and_its_note(cast, case):
    words = paper(finalised(cast, case, LEVEL_2 | THREAT)).words
    assert re.search(r"moyens à disposition : oui, .* : non, vu le \w+ \w+ \d{4}, dit par la victime", words)
    assert "Dit <b>devant</b> les enfants & la voisine." in words
    assert "Audience" in words


def test_a_marker_is_called_new_only_where_a_reading_came_before(cast, case):
    first, then = (paper(finalised(cast, case, answers)).words for answers in (LEVEL_3, LEVEL_3 | THREAT))
    assert ", nouveau)" not in first
    assert "(M1, nouveau)" in then
    assert "(M9)" in then


def test_without_a_marker_it_says_so(cast, case):
    assert "Marqueurs Aucun" in paper(finalised(cast, case, LEVEL_1)).words


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("<b>gras</b> </para> <br/> <font color='red'>", id="markup"),
        pytest.param("&amp; & &lt; %s %(n)s {x} {{ y }}", id="entities and places"),
        pytest.param("œuvre d’été « là » – 5 € … Łukasz Šárka", id="French, and neighbours"),
        pytest.param("x" * 400, id="a word wider than the page"),
        pytest.param("(a\\b) (((", id="what strings of a PDF are written with"),
    ],
)
def test_what_was_typed_stands_as_it_was_typed(cast, case, typed):
    note = {"A7": {"value": "recent", "note": typed}}
    words = paper(finalised(cast, case, LEVEL_3 | note, chosen=2, motive=f"Motif {typed}")).words
    assert re.sub(r"\s", "", words).count(re.sub(r"\s", "", typed)) == 2


def test_hostile_text_breaks_nothing(cast, case):
    typed = "\x07\x1b[31m \ud7ff \ufffe مرحبا שלום 🙂🚨 \u202e \u0301\u0301 ￼ " + "ﷺ" * 50
    note = {"A7": {"value": "recent", "note": typed}}
    words = paper(finalised(cast, case, LEVEL_2 | note)).words
    assert "[U+0007]" in words
    assert "[U+1F642][U+1F6A8]" in words


@pytest.mark.parametrize("where", ["note", "motive", "question"])
def test_a_text_of_many_pages_is_there_to_its_last_word(cast, case, rita, where):
    said = " ".join(f"mot{n}" for n in range(LONGEST_NOTE // 8))
    answers = LEVEL_3 | ({"A7": {"value": "recent", "note": said}} if where == "note" else {})
    motive = said if where == "motive" else "Il est parti."
    reading = finalised(cast, case, answers, chosen=2, motive=motive)
    if where == "question":
        send_back(actor=rita, reading_id=reading.pk, question=said, at=database_now())
    pdf = paper(again(reading))
    assert len(pdf.pages) > 5
    found = re.findall(r"\bmot\d+\b", pdf.words)
    assert found == said.split()


def test_each_page_has_its_number_its_file_its_mark_and_who_took_it_out(cast, case):
    reading = finalised(cast, case, LEVEL_2 | {"A7": {"value": "recent", "note": "Longuement. " * 900}})
    pages = paper(reading).pages
    assert len(pages) > 3
    for n, page in enumerate(pages, start=1):
        words = " ".join(page.split())
        assert f"page {n} sur {len(pages)}" in words
        assert "Confidentiel, couvert par le secret professionnel" in words
        assert f"dossier {case.reference} · {reading.pk}" in words
        assert "Sorti de Pôle par Rita, 3 mars 2026, 14:05" in words


def test_it_brings_all_its_letters_and_says_its_language_and_title(cast, case):
    pdf = paper(finalised(cast, case, LEVEL_2 | THREAT))
    assert pdf.fonts
    assert all(pdf.fonts.values()), pdf.fonts
    for said in (rb"/Lang \(fr-BE\)", rb"/DisplayDocTitle true", rb"/Creator \(P.+le\)", rb"/Title \("):
        assert re.search(said, pdf.raw), said
