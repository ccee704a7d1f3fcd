"""Which font draws what: nothing that was typed is lost, whatever fonts the machine has."""

import pytest

from assessment.lettering import NO_BREAK, OTHER, USUAL, glyphs, markup, runs

LATIN = range(0x20, 0x17F)


def of_vera_alone(font: str):
    return glyphs(USUAL) if font == USUAL else ()


def with_others(font: str):
    return LATIN if font == USUAL else range(0x20, 0x20000)


def drawn(text: str, by=of_vera_alone) -> str:
    return "".join(piece for _, piece in runs(text, by))


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        pytest.param("œuvre d’été « là » – 5 €", "œuvre d’été « là » – 5 €", id="French"),
        pytest.param("10\u202f000 : «\u202flà\u202f»", "10 000 : « là »", id="narrow spaces hold together"),
        pytest.param("a\u2009b", "a b", id="thin spaces are spaces"),
        pytest.param("e\u0301te\u0301", "été", id="accents apart, as some keyboards send them"),
        pytest.param("un\r\ndeux\u2028trois\u2029quatre", "un\ndeux\ntrois\nquatre", id="ends of lines"),
        pytest.param("a\u200bb\ufeffc\u200e", "abc", id="marks for screens"),
        pytest.param("Аня", "[U+0410][U+043D][U+044F]", id="another script without another font"),
        pytest.param("ok 🙂", "ok [U+1F642]", id="a picture"),
        pytest.param("a\x07b\x00", "a[U+0007]b[U+0000]", id="what nobody can see"),
    ],
)
def test_what_was_typed_is_drawn_or_told_by_its_number(typed, seen):
    assert drawn(typed).replace(NO_BREAK, " ") == seen


def test_another_font_draws_what_the_usual_one_lacks():
    assert list(runs("Аня → là", with_others)) == [
        (OTHER, "Аня"), (USUAL, " "), (OTHER, "→"), (USUAL, " là"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("ש", id="from right to left"),
        pytest.param("ع", id="joined letters"),
        pytest.param("\u0301", id="an accent of nothing"),
        pytest.param("😀", id="beyond what a search is told"),
    ],
)
def test_what_a_font_alone_would_draw_wrongly_is_told_by_its_number(typed):
    assert drawn(typed, with_others) == f"[U+{ord(typed):04X}]"


def test_markup_that_was_typed_is_none_and_indents_stay():
    typed = "a  b\n  - <i>x</i> & y"
    assert markup(typed) == f"a{NO_BREAK * 2}b<br/>{NO_BREAK * 2}- &lt;i&gt;x&lt;/i&gt; &amp; y"
