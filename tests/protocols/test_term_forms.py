"""Terms of a draft by forms, all alike: the text keeps every byte that no field is about, a stranger finds nothing."""

from datetime import date
from typing import Any

import pytest

from pole.tenancy.context import inside
from pole.tenancy.factories import person
from pole.tenancy.permissions import Role
from pole.yamlfile import load
from protocols import drafts
from protocols.forms.hours import PartyForm, WorkingHoursForm, hours_of
from protocols.forms.terms import BasisForm
from protocols.forms.urgencies import FIRST, UrgencyForm
from protocols.models import ProtocolDraft
from protocols.registry import shipped_text
from tests.alerts.screens import get, post, queries_of, text_of, undefined_variables_fail
from tests.cast import Cast
from tests.protocols.term_pages import browser, text, untouched
from tests.protocols.test_draft_forms import plain

pytestmark = pytest.mark.django_db
__all__ = ["undefined_variables_fail"]

SHIPPED = ("demo-2026", "hopital-2026", "reunion-2026")
FORMS: list[tuple[str, list[str]]] = [
    ("draft_urgency", ["red"]),
    ("draft_new_urgency", []),
    ("draft_hours", []),
    ("draft_party", ["POL"]),
    ("draft_category", ["C05"]),
    ("draft_new_category", []),
    ("draft_basis", ["necessity"]),
    ("draft_new_basis", []),
]
NEW: dict[str, tuple[str, str, dict[str, str]]] = {
    "draft_new_urgency": ("draft_urgency", "blue", {"code": "blue", "label": "alerte bleue"}),
    "draft_new_category": (
        "draft_category",
        "X1",
        {"known": "-", "code": "X1", "label": "dettes", "never": "on"},
    ),
    "draft_new_basis": (
        "draft_basis",
        "law-x",
        {"code": "law-x", "label": "loi X", "reference": "loi X, art. 1"},
    ),
}
"""Page of a new term -> page and code that it then has, and what is typed."""


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_term_goes_through_its_form_unchanged(name: str):
    top = load(shipped_text(name)).plain()
    codes = [*top["urgencies"]]
    for n, (code, urgency) in enumerate(top["urgencies"].items()):
        options: Any = {
            "written": urgency,
            "others": {other: other for other in codes if other != code},
            "code": code,
            "after": codes[n - 1] if n else FIRST,
        }
        form = UrgencyForm(browser(UrgencyForm(initial={"revision": 1}, **options)), **options)
        assert form.is_valid(), form.errors
        assert form.urgency() == urgency
        assert form.cleaned_data["after"] == options["after"]
    for party in top["parties"].values():
        week = party["hours"] if isinstance(party["hours"], dict) else {}
        given: Any = {"warnings": top["warnings"], "week": week}
        said = {
            "revision": 1,
            "hours": hours_of(party),
            "label": party["label"],
            "warning": party.get("warning"),
        }
        of_party = PartyForm(browser(PartyForm(initial=said, **given)), **given)
        assert of_party.is_valid(), of_party.errors
        assert of_party.party(party) == party
    hours = top["working_hours"]
    for basis in top["bases"].values():
        given = {"written": basis, "taken": None, "articles": [], "day": date(2026, 9, 1)}
        of_basis = BasisForm(browser(BasisForm(initial={"revision": 1}, **given)), **given)
        assert of_basis.is_valid(), of_basis.errors
        assert of_basis.basis() == basis
    given = {"week": hours["week"], "holidays": hours["holidays"]}
    of_hours = WorkingHoursForm(browser(WorkingHoursForm(initial={"revision": 1}, **given)), **given)
    assert of_hours.is_valid(), of_hours.errors
    assert of_hours.week() == hours["week"]
    assert of_hours.cleaned_data["holidays"] == hours["holidays"]


@pytest.mark.parametrize(("page", "places"), FORMS)
def test_what_nobody_touched_changes_no_byte(cast: Cast, draft: ProtocolDraft, page: str, places: list[str]):
    said = untouched(cast, page, draft.pk, *places)
    if page not in NEW:
        assert post(cast.cleo, f"protocols:{page}", draft.pk, *places, **said).status_code == 302
        assert text(draft) == draft.text
        return
    again, code, typed = NEW[page]
    said |= {"article": "4 §1"} | typed
    assert post(cast.cleo, f"protocols:{page}", draft.pk, **said).status_code == 302
    before, after = draft.text.split("\n"), text(draft).split("\n")
    new = [line for line in after if line not in before]
    assert any(code in line for line in new)
    assert [line for line in after if line not in new] == [line for line in before if line in after]
    gone = {"revision": 2, "remove": "1"}
    assert post(cast.cleo, f"protocols:{again}", draft.pk, code, **gone).status_code == 302
    assert text(draft) == draft.text


def test_terms_that_can_not_be_read_are_mended_by_their_forms(cast: Cast, draft: ProtocolDraft):
    broken = draft.text.replace("acknowledge: 15 minutes", "acknowledge: 2 days").replace(
        'monday: ["09:00-17:00"]', 'monday: "9-17"'
    )
    with inside(cast.coordination):
        drafts.save(actor=cast.actor(cast.cleo), draft=draft, text=broken, revision=1)
    page = text_of(get(cast.cleo, "protocols:draft", draft.pk))
    assert "urgences/red/" in page
    hours = get(cast.cleo, "protocols:draft_hours", draft.pk)
    assert "lundi : 9-17" in text_of(hours).replace("\u00a0", " ")
    said = browser(hours.context["form"]) | {"monday_0_from": "09:00", "monday_0_to": "17:00"}
    assert post(cast.cleo, "protocols:draft_hours", draft.pk, **said).status_code == 302
    said = untouched(cast, "draft_urgency", draft.pk, "red")
    said |= {"acknowledge_0": "15", "acknowledge_1": "minutes"}
    assert post(cast.cleo, "protocols:draft_urgency", draft.pk, "red", **said).status_code == 302
    assert plain(draft) == load(draft.text).plain()


def test_who_comes_second_is_shown_the_firsts_change(cast: Cast, draft: ProtocolDraft):
    said = untouched(cast, "draft_urgency", draft.pk, "red")
    first = untouched(cast, "draft_hours", draft.pk) | {"holidays": "FR"}
    assert post(cast.cleo, "protocols:draft_hours", draft.pk, **first).status_code == 302
    second = post(cast.cleo, "protocols:draft_urgency", draft.pk, "red", **said | {"label": "rouge vif"})
    assert second.status_code == 409
    together = second.context["form"]["text"].value()
    assert "holidays: FR" in together
    assert "label: rouge vif" in together
    assert "rouge vif" not in text(draft)


@pytest.mark.parametrize(("page", "places"), FORMS)
def test_a_stranger_finds_nothing_and_who_may_not_write_is_told_so(
    cast: Cast, draft: ProtocolDraft, page: str, places: list[str]
):
    rose = person("Rose", at=cast.elsewhere, role=Role.REFERENT)
    reader = person("Rolf", at=cast.coordination, role=Role.AUDIT)
    assert get(cast.cleo, f"protocols:{page}", draft.pk, *places).status_code == 200
    assert get(rose, f"protocols:{page}", draft.pk, *places).status_code == 404
    assert get(cast.rita, f"protocols:{page}", draft.pk, *places).status_code == 404
    assert get(reader, f"protocols:{page}", draft.pk, *places).status_code == 403
    assert len(queries_of(cast.cleo, f"protocols:{page}", draft.pk, *places)) <= 15


def test_what_is_not_there_is_no_page(cast: Cast, draft: ProtocolDraft):
    assert get(cast.cleo, "protocols:draft_urgency", draft.pk, "mauve").status_code == 404
    for page in ("draft_party", "draft_category", "draft_basis"):
        assert get(cast.cleo, f"protocols:{page}", draft.pk, "XYZ").status_code == 404
    with inside(cast.coordination):
        drafts.save(actor=cast.actor(cast.cleo), draft=draft, text="a: [\n", revision=1)
    for page, places in FORMS:
        assert get(cast.cleo, f"protocols:{page}", draft.pk, *places).status_code == 302
