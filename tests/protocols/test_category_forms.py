"""Categories and legal bases of a draft by forms."""

from datetime import date

import pytest

from pole import legal
from protocols.models import ProtocolDraft
from tests.alerts.screens import get, post, text_of, undefined_variables_fail
from tests.cast import Cast
from tests.protocols.term_pages import text
from tests.protocols.test_draft_forms import plain

pytestmark = pytest.mark.django_db
__all__ = ["undefined_variables_fail"]


def test_a_category_that_the_project_knows_is_chosen(cast: Cast, draft: ProtocolDraft):
    gone = {"revision": 1, "remove": "1"}
    assert post(cast.cleo, "protocols:draft_category", draft.pk, "C15", **gone).status_code == 302
    assert "C15" not in plain(draft)["categories"]
    page = get(cast.cleo, "protocols:draft_new_category", draft.pk)
    assert "Rien ne transporte une catégorie propre à ce texte" in text_of(page)
    assert [code for code, _label in page.context["form"].fields["known"].choices] == ["-", "C15"]
    said = {"revision": 2, "known": "C15", "never": "on"}
    assert post(cast.cleo, "protocols:draft_new_category", draft.pk, **said).status_code == 302
    assert plain(draft)["categories"]["C15"] == "éléments d'enquête"
    assert plain(draft)["never"] == ["C03", "C10", "C15"]
    assert "# article 3" in text(draft)
    # Taken out again, it goes from what never crosses too.
    assert (
        post(cast.cleo, "protocols:draft_category", draft.pk, "C15", **gone | {"revision": 3}).status_code
        == 302
    )
    assert plain(draft)["never"] == ["C03", "C10"]


def test_a_category_that_crosses_is_neither_dropped_nor_closed_for_ever(cast: Cast, draft: ProtocolDraft):
    for said in ({"remove": "1"}, {"label": "faits", "never": "on"}):
        answer = post(cast.cleo, "protocols:draft_category", draft.pk, "C04", revision=1, **said)
        assert answer.status_code == 422
        html = text_of(answer)
        assert "matrice, VIC -&gt; AUT" in html
        assert "règle « orange-from-victim-service »" in html.replace("\u00a0", " ")
        assert "matrice, AUT -&gt; POL" not in html
        assert text(draft) == draft.text
    for said, words in (
        ({"known": "-"}, "un code et un nom"),
        ({"known": "-", "code": "C04", "label": "x"}, "porte ce code"),
        ({"known": "-", "code": "é", "label": "x"}, "sans accents"),
        ({"known": "C04"}, "C04"),
    ):
        answer = post(cast.cleo, "protocols:draft_new_category", draft.pk, revision=1, **said)
        assert answer.status_code == 422
        assert words in text_of(answer)


def test_a_basis_is_chosen_from_the_dated_table_with_the_numbering_of_its_first_day(
    cast: Cast, draft: ProtocolDraft
):
    page = text_of(get(cast.cleo, "protocols:draft_new_basis", draft.pk))
    assert "Code pénal, art. 458ter (loi du 6 juillet 2017)" in page
    assert "numéro à confirmer" in page
    assert "depuis le 1er août 2017" in page
    said = {"revision": 1, "law": "458ter", "article": "9"}
    assert post(cast.cleo, "protocols:draft_new_basis", draft.pk, **said).status_code == 302
    law = legal.bases()["458ter"]
    assert plain(draft)["bases"]["458ter"] == {
        "label": law.label,
        "article": "9",
        "law": "458ter",
        "reference": law.reference_on(date(2026, 9, 1)),
    }
    shown = text_of(get(cast.cleo, "protocols:draft", draft.pk))
    assert "Code pénal, art. 458ter" in shown[shown.index('id="bases"') :]
    twice = post(cast.cleo, "protocols:draft_new_basis", draft.pk, **said | {"revision": 2})
    assert "porte ce nom court" in text_of(twice)
    nothing = post(cast.cleo, "protocols:draft_new_basis", draft.pk, revision=2, law="-", article="9")
    assert "La table n’a rien à proposer" in text_of(nothing)


def test_a_basis_that_rules_stand_on_stays(cast: Cast, draft: ProtocolDraft):
    used = post(cast.cleo, "protocols:draft_basis", draft.pk, "necessity", revision=1, remove="1")
    assert used.status_code == 422
    assert "règle « red-police »" in text_of(used).replace("\u00a0", " ")
    kept = post(cast.cleo, "protocols:draft_basis", draft.pk, "agreement", revision=1, remove="1")
    assert kept.status_code == 422
    assert "Retirer cette base" not in text_of(get(cast.cleo, "protocols:draft_basis", draft.pk, "agreement"))
    assert text(draft) == draft.text
