from datetime import date

import pytest

from pole import legal
from pole.legal import bases, categories, purposes
from pole.yamlfile import FileError

OLD, NEW = date(2026, 3, 15), date(2026, 11, 24)


@pytest.mark.parametrize("code", ["agreement", "person", "necessity", "referent", "458bis", "458ter"])
def test_every_basis_has_its_words_and_conditions(code):
    assert bases()[code].label
    assert bases()[code].requires


def test_what_was_written_under_the_old_code_keeps_its_numbering():
    assert bases()["458bis"].reference_on(OLD) == "Code pénal, art. 458bis"


def test_numbers_of_the_new_code_are_absent_rather_than_guessed():
    assert bases()["458bis"].reference_on(NEW) == ""
    assert bases()["458ter"].reference_on(NEW) == "COL 4/2018"


def test_case_conferences_had_no_basis_before_their_law():
    assert not bases()["458ter"].in_force_on(date(2017, 7, 31))
    assert bases()["458ter"].in_force_on(date(2017, 8, 1))


def test_only_the_person_gives_an_agreement():
    assert {code for code, basis in bases().items() if basis.by_the_person} == {"agreement", "person"}
    assert not any(basis.by_the_person and basis.without_agreement for basis in bases().values())


def test_shelters_and_confidences_are_never_shared():
    assert {each.code for each in categories() if each.never_shared} == {"C03", "C10", "C15"}
    assert [each.code for each in categories()] == [f"C{number:02}" for number in range(1, 17)]
    assert [each.code for each in purposes()] == ["F1", "F2", "F3"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("bases: {x: {label: X, requires: []}}", "'references' is missing", id="a key left out"),
        pytest.param(
            "bases: {x: {label: X, requires: [],"
            " references: [{text: a, since: 2020-01-02, until: 2020-01-01}]}}",
            "ends before it begins",
            id="a reference that ends before it begins",
        ),
    ],
)
def test_a_wrong_file_says_what_and_where(tmp_path, text, said):
    path = tmp_path / "bases.yaml"
    path.write_text(text)
    with pytest.raises(FileError, match=said) as refused:
        legal._bases_in(path)
    assert refused.value.line == 1
