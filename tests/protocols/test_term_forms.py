"""Terms of a draft by forms: urgencies and their ladders, hours. The text keeps every byte that no field is about."""

from datetime import date
from typing import Any

import pytest

from pole import legal
from pole.tenancy.context import inside
from pole.tenancy.factories import person
from pole.tenancy.permissions import Role
from pole.yamlfile import load
from protocols import drafts
from protocols.document import DAYS, load_protocol
from protocols.forms.hours import PartyForm, WorkingHoursForm, hours_of
from protocols.forms.terms import BasisForm
from protocols.forms.urgencies import FIRST, UrgencyForm
from protocols.models import ProtocolDraft
from protocols.registry import shipped_text
from protocols.used import uses
from tests.alerts.screens import get, post, queries_of, text_of, undefined_variables_fail
from tests.cast import Cast
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


@pytest.fixture
def draft(cast: Cast) -> ProtocolDraft:
    with inside(cast.coordination):
        return drafts.create_from_shipped(actor=cast.actor(cast.cleo), identifier="demo-2026")


def text(draft: ProtocolDraft) -> str:
    return ProtocolDraft.objects.get(pk=draft.pk).text


def browser(form: Any) -> dict[str, Any]:
    """What a browser sends back of a form that nobody touched: a delay is two inputs."""
    said: dict[str, Any] = {}
    for field in form:
        value = field.value()
        if hasattr(field.field.widget, "decompress"):
            amount, unit = field.field.widget.decompress(value)
            said |= {f"{field.html_name}_0": amount, f"{field.html_name}_1": unit}
        else:
            said[field.html_name] = value
    return {name: value for name, value in said.items() if value not in (None, False)}


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


def untouched(cast: Cast, page: str, *args: Any) -> dict[str, Any]:
    return browser(get(cast.cleo, f"protocols:{page}", *args).context["form"])


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


def test_an_urgency_is_written_with_its_ladder_in_the_order_that_is_said(cast: Cast, draft: ProtocolDraft):
    said = {
        "revision": 1, "code": "blue", "label": "alerte bleue", "after": "orange",
        "acknowledge_0": "3", "acknowledge_1": "working hours",
        "answer_0": "2", "answer_1": "working days", "answer_from": "acknowledgement",
        "who_0": "direction", "step_0_0": "2", "step_0_1": "working days", "place_0": "2",
        "sender_0": "Appelez.",
        "who_1": "referent", "step_1_0": "4", "step_1_1": "working hours", "place_1": "1",
        "who_2": "", "place_2": "3",
    }  # fmt: skip
    answer = post(cast.cleo, "protocols:draft_new_urgency", draft.pk, **said)
    assert answer["Location"].endswith("#delays")
    assert [*plain(draft)["urgencies"]] == ["red", "orange", "blue", "concerted", "yellow", "reminder"]
    assert plain(draft)["urgencies"]["blue"] == {
        "label": "alerte bleue",
        "acknowledge": "3 working hours",
        "answer": {"within": "2 working days", "from": "acknowledgement"},
        "ladder": [
            {"after": "4 working hours", "who": "referent"},
            {"after": "2 working days", "who": "direction", "sender": "Appelez."},
        ],
    }
    html = text_of(get(cast.cleo, "protocols:draft", draft.pk))
    assert "après 4 heures ouvrables : référent·e" in html
    assert "# from the most to the least urgent" in text(draft)


def test_a_rung_goes_and_the_comment_beside_another_stays(cast: Cast, draft: ProtocolDraft):
    with inside(cast.coordination):
        noted = draft.text.replace(
            "who: referent}\n      - {after: 30", "who: referent}  # nuit aussi\n      - {after: 30"
        )
        drafts.save(actor=cast.actor(cast.cleo), draft=draft, text=noted, revision=1)
    said = untouched(cast, "draft_urgency", draft.pk, "red") | {"step_1_0": "45"}
    assert post(cast.cleo, "protocols:draft_urgency", draft.pk, "red", **said).status_code == 302
    assert text(draft) == noted.replace(
        "{after: 30 minutes, who: direction", "{after: 45 minutes, who: direction"
    )
    said = untouched(cast, "draft_urgency", draft.pk, "orange") | {"who_0": "", "step_0_0": ""}
    assert post(cast.cleo, "protocols:draft_urgency", draft.pk, "orange", **said).status_code == 302
    assert plain(draft)["urgencies"]["orange"]["ladder"] == [{"after": "1 working day", "who": "direction"}]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        pytest.param({"label": ""}, "Ce champ est obligatoire", id="no name"),
        pytest.param({"step_0_0": ""}, "Dites après combien de temps", id="a rung without a delay"),
        pytest.param({"who_0": ""}, "Dites qui est prévenu", id="a rung without anybody"),
        pytest.param({"step_0_0": "0"}, "supérieure ou égale à 1", id="no time at all"),
        pytest.param({"acknowledge_1": "fortnights"}, "fortnights", id="an unknown unit"),
        pytest.param({"after": "mauve"}, "mauve", id="an unknown place"),
    ],
)
def test_an_urgency_that_is_none_yet_says_why_and_keeps_what_was_typed(
    cast: Cast, draft: ProtocolDraft, said: dict, words: str
):
    good = untouched(cast, "draft_urgency", draft.pk, "red") | {"sender_1": "Appelez le 112."}
    answer = post(cast.cleo, "protocols:draft_urgency", draft.pk, "red", **good | said)
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert 'value="Appelez le 112."' in text_of(answer)
    assert text(draft) == draft.text


def test_an_urgency_that_is_used_stays_and_its_places_are_named(cast: Cast, draft: ProtocolDraft):
    answer = post(cast.cleo, "protocols:draft_urgency", draft.pk, "red", revision=1, remove="1")
    assert answer.status_code == 422
    html = text_of(answer)
    assert "Ceci sert encore" in html
    assert "règle « red-police »" in html.replace("\u00a0", " ")
    assert text(draft) == draft.text
    twice = {"revision": 1, "code": "red", "label": "rouge"}
    assert "porte ce nom court" in text_of(post(cast.cleo, "protocols:draft_new_urgency", draft.pk, **twice))


def test_uses_are_found_where_a_text_names_a_term_and_nowhere_else():
    root = load(shipped_text("demo-2026"))
    of_red = uses(root, "urgencies", "red")
    rules = load_protocol("demo-2026").rules
    assert {use.rule for use in of_red if use.rule} == {
        rule.id for rule in rules if rule.urgency and rule.urgency.code == "red"
    }
    assert any(use.article == "4 §2" and not use.rule for use in of_red)  # stands_in: urgencies.red
    assert [use.path for use in uses(root, "categories", "C03")] == ["never[0]"]
    assert {use.pair for use in uses(root, "categories", "C08")} == {"POL -> VIC"}
    assert uses(root, "urgencies", "mauve") == uses(root, "categories", "C15") == []
    assert {use.rule for use in uses(root, "bases", "necessity") if use.rule} == {
        rule.id for rule in rules if rule.basis == "necessity"
    }
    assert {use.pair for use in uses(root, "parties", "COO") if use.pair} == {
        "VIC -> COO",
        "AUT -> COO",
        "POL -> COO",
    }


@pytest.mark.parametrize("name", SHIPPED)
def test_what_a_protocol_means_by_its_codes_is_what_uses_find(name: str):
    root, protocol = load(shipped_text(name)), load_protocol(name)
    for code in protocol.categories:
        found = uses(root, "categories", code)
        sending = {
            rule.id
            for rule in protocol.rules
            if any(code in codes for codes in [*(rule.agreed or {}).values(), *(rule.other or {}).values()])
        }
        crossing = {pair for pair, flow in protocol.matrix.items() if code in flow.agreed | flow.without}
        assert {use.rule for use in found if use.rule} == sending
        assert {use.pair for use in found if use.pair} == {" -> ".join(pair) for pair in crossing}
        assert any(use.path.startswith("never") for use in found) == (code in protocol.never)
    for code in protocol.parties:
        named = {
            rule.id
            for rule in protocol.rules
            if code in rule.senders
            or any(code in pair for pair in {**(rule.agreed or {}), **(rule.other or {})})
        }
        assert {use.rule for use in uses(root, "parties", code) if use.rule} == named


def test_the_week_is_changed_day_by_day(cast: Cast, draft: ProtocolDraft):
    said = untouched(cast, "draft_hours", draft.pk)
    assert (said["monday_0_from"], said["holidays"]) == ("09:00", "BE")
    said |= {"monday_0_to": "12:00", "monday_1_from": "13:00", "monday_1_to": "16:30"}
    said |= {"friday_0_from": "", "friday_0_to": "", "holidays": "none"}
    answer = post(cast.cleo, "protocols:draft_hours", draft.pk, **said)
    assert answer["Location"].endswith("#hours")
    hours = plain(draft)["working_hours"]
    assert hours["week"]["monday"] == ["09:00-12:00", "13:00-16:30"]
    assert "friday" not in hours["week"]
    assert "holidays" not in hours
    assert "# article 14 §1; legal holidays" in text(draft)
    html = text_of(get(cast.cleo, "protocols:draft", draft.pk))
    assert "le lundi : 09:00–12:00, 13:00–16:30" in html
    assert "du mardi au jeudi : 09:00–17:00" in html
    assert "Ouvert aussi les jours fériés légaux" in html


@pytest.mark.parametrize(
    ("said", "words"),
    [
        pytest.param({"monday_0_to": ""}, "Dites les deux", id="half an opening"),
        pytest.param({"monday_0_to": "08:00"}, "La fermeture précède", id="backwards"),
        pytest.param({"monday_1_from": "16:00", "monday_1_to": "18:00"}, "avant la fin", id="over one another"),
        pytest.param({"monday_0_from": "neuf"}, "valide", id="no time"),
        pytest.param(
            {f"{day}_0_{end}": "" for day in DAYS[:5] for end in ("from", "to")},
            "au moins une ouverture",
            id="never open",
        ),
    ],
)  # fmt: skip
def test_a_week_that_is_none_is_refused(cast: Cast, draft: ProtocolDraft, said: dict, words: str):
    answer = post(
        cast.cleo, "protocols:draft_hours", draft.pk, **untouched(cast, "draft_hours", draft.pk) | said
    )
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert text(draft) == draft.text


def test_a_party_is_there_in_hours_of_its_own(cast: Cast, draft: ProtocolDraft):
    said = untouched(cast, "draft_party", draft.pk, "POL")
    assert (said["hours"], said["warning"]) == ("always", "police_may_record")
    wrong = post(cast.cleo, "protocols:draft_party", draft.pk, "POL", **said | {"hours": "own"})
    assert "au moins une ouverture" in text_of(wrong)
    said |= {"hours": "own", "monday_0_from": "08:00", "monday_0_to": "18:00", "warning": ""}
    assert post(cast.cleo, "protocols:draft_party", draft.pk, "POL", **said).status_code == 302
    assert plain(draft)["parties"]["POL"] == {
        "label": "Zone de police",
        "kind": "police",
        "hours": {"monday": ["08:00-18:00"]},
    }
    assert "le lundi : 08:00–18:00" in text_of(get(cast.cleo, "protocols:draft", draft.pk))
    # Findings come at once: nobody acknowledges within 15 minutes what the police reads on Mondays only.
    back = untouched(cast, "draft_party", draft.pk, "POL") | {
        "hours": "always",
        "warning": "police_may_record",
    }
    assert post(cast.cleo, "protocols:draft_party", draft.pk, "POL", **back).status_code == 302
    assert plain(draft) == load(draft.text).plain()


def test_a_category_that_the_project_knows_is_chosen(cast: Cast, draft: ProtocolDraft):
    gone = {"revision": 1, "remove": "1"}
    assert post(cast.cleo, "protocols:draft_category", draft.pk, "C15", **gone).status_code == 302
    assert "C15" not in plain(draft)["categories"]
    page = get(cast.cleo, "protocols:draft_new_category", draft.pk)
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
