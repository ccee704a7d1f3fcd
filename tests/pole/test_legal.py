from datetime import date

import pytest

from pole import legal
from pole.legal import bases, categories, change_over, purposes, side_by_side
from pole.yamlfile import FileError

OLD, NEW = date(2026, 3, 15), date(2026, 11, 24)


@pytest.mark.parametrize("code", ["agreement", "person", "necessity", "referent", "458bis", "458ter"])
def test_every_basis_has_its_words_and_conditions(code):
    assert bases()[code].label
    assert bases()[code].requires


LAST_OF_OLD, FIRST_OF_NEW = date(2026, 4, 7), date(2026, 4, 8)


@pytest.mark.parametrize("code", ["agreement", "necessity", "458bis", "458ter"])
def test_the_numbering_changes_over_on_one_day(code):
    basis = bases()[code]
    old, new = basis.numbered("old"), basis.numbered("new")
    assert change_over().on == FIRST_OF_NEW
    assert old.holds_on(LAST_OF_OLD)
    assert not old.holds_on(FIRST_OF_NEW)
    assert new.holds_on(FIRST_OF_NEW)
    assert not new.holds_on(LAST_OF_OLD)


def test_what_was_written_under_the_old_code_keeps_its_numbering():
    assert bases()["458bis"].reference_on(OLD) == "Code pénal, art. 458bis"
    assert bases()["458bis"].reference_on(LAST_OF_OLD) == "Code pénal, art. 458bis"


def test_numbers_of_the_new_code_are_said_to_be_wanted_rather_than_guessed():
    for code in ("agreement", "necessity", "458bis", "458ter"):
        cited = bases()[code].reference_on(FIRST_OF_NEW)
        assert "Code pénal (lois du 29 février 2024), numéro à confirmer" in cited
        assert not any(number in cited for number in ("352", "422", "458"))
    assert bases()["458ter"].reference_on(NEW).endswith("; COL 4/2018")


def test_old_and_new_numbers_stand_side_by_side():
    rows = {basis.code: (old.text, new.lead if new else "") for basis, old, new in side_by_side()}
    assert list(rows) == ["agreement", "necessity", "458bis", "458ter"]
    assert rows["458bis"] == ("Code pénal, art. 458bis", "art. 352 et suivants, à vérifier")
    assert rows["necessity"] == ("Code pénal, art. 422bis", "")


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


CHANGE = "change_over: {on: 2026-04-08, old: A, new: B, note: N}\n"
X = "bases: {x: {label: X, requires: [], references: %s}}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("bases: {x: {label: X, requires: []}}", "'references' is missing", id="a key left out"),
        pytest.param(
            X % "[{text: a, since: 2020-01-02, until: 2020-01-01}]",
            "ends before it begins",
            id="a reference that ends before it begins",
        ),
        pytest.param(
            X % "[{text: a, numbering: old}]", "new numbering beside the old", id="an old number without the new one"
        ),
        pytest.param(
            X % "[{text: a, numbering: old, until: 2020-01-01}]", "with the change-over", id="a day of its own"
        ),
        pytest.param(
            X % "[{text: a, numbering: new}, {text: b, numbering: new}]", "stands here twice", id="two new numbers"
        ),
    ],
)  # fmt: skip
def test_a_wrong_file_says_what_and_where(tmp_path, text, said):
    path = tmp_path / "bases.yaml"
    path.write_text(CHANGE + text)
    with pytest.raises(FileError, match=said) as refused:
        legal._law_in(path)
    assert refused.value.line == 2
