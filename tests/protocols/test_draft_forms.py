"""Forms write into the text of a draft what they say, and nothing else; a rule reads as a sentence at once."""

from typing import Any

import pytest
from django.test import Client

from pole.tenancy.context import inside
from pole.tenancy.factories import person
from pole.tenancy.permissions import Role
from pole.yamlfile import load
from protocols import drafts
from protocols.documents import load_protocol
from protocols.editing import add
from protocols.forms.rules import RuleForm
from protocols.models import ProtocolDraft
from protocols.registry import shipped_text
from tests.alerts.screens import get, post, queries_of, text_of, undefined_variables_fail
from tests.cast import Cast, posting, signed_in

pytestmark = pytest.mark.django_db
__all__ = ["undefined_variables_fail"]

FORMS: list[tuple[str, list[int]]] = [
    ("draft_heading", []),
    ("draft_parties", []),
    ("draft_new_article", []),
    ("draft_article", [5]),
    ("draft_new_rule", [0]),
    ("draft_rule", [5, 1]),
    ("draft_sentence", [5]),
]


def plain(draft: ProtocolDraft) -> Any:
    return load(ProtocolDraft.objects.get(pk=draft.pk).text).plain()


def initial(page: Any) -> dict[str, Any]:
    """What a browser would send back of a form that nobody touched."""
    form = page.context["form"]
    said = {field.html_name: field.value() for field in form}
    return {name: value for name, value in said.items() if value not in (None, False)}


def test_the_heading(cast: Cast, draft: ProtocolDraft):
    said = initial(get(cast.cleo, "protocols:draft_heading", draft.pk))
    assert said["title"].startswith("Protocole d'entente")
    said |= {"title": "Entente", "first": "2027-01-01", "last": "2027-12-31"}
    assert post(cast.cleo, "protocols:draft_heading", draft.pk, **said).status_code == 302
    now = plain(draft)
    assert (now["title"], str(now["in_force"]["until"])) == ("Entente", "2027-12-31")
    assert now["articles"] == load(draft.text).plain()["articles"]
    wrong = post(
        cast.cleo, "protocols:draft_heading", draft.pk, **said | {"last": "2026-12-31", "revision": 2}
    )
    assert wrong.status_code == 422
    assert "La fin précède le début" in text_of(wrong)


def test_an_article_is_written_added_and_taken_out(cast: Cast, draft: ProtocolDraft):
    said = initial(get(cast.cleo, "protocols:draft_article", draft.pk, 1))
    answer = post(
        cast.cleo, "protocols:draft_article", draft.pk, 1, **said | {"text": "Premier.\r\n\r\nSecond."}
    )
    assert answer["Location"].endswith("#a1")
    assert plain(draft)["articles"][1]["text"] == "Premier.\n\nSecond."
    new = {"number": "1bis", "text": "Entre les deux.", "orders_nothing": "on", "revision": 2}
    url = f"/s/{cast.coordination.slug}/protocoles/projets/{draft.pk}/articles/nouveau/?avant=1"
    assert signed_in(Client(), cast.cleo).post(url, posting(**new)).status_code == 302
    assert plain(draft)["articles"][1] == {"number": "1bis", "text": "Entre les deux.", "orders": "nothing"}
    twice = post(cast.cleo, "protocols:draft_new_article", draft.pk, **new | {"revision": 3})
    assert "Un autre article porte ce numéro" in text_of(twice)
    gone = {"number": "1bis", "text": "x", "revision": 3, "remove": "1"}
    assert post(cast.cleo, "protocols:draft_article", draft.pk, 1, **gone).status_code == 302
    assert [each["number"] for each in plain(draft)["articles"]] == [
        each["number"] for each in load(draft.text).plain()["articles"]
    ]


@pytest.mark.parametrize("name", ["demo-2026", "hopital-2026", "reunion-2026"])
def test_every_shipped_rule_goes_through_the_form_unchanged(name: str):
    text = shipped_text(name)
    protocol = load_protocol(name)
    seen = 0
    for article in load(text).plain()["articles"]:
        for rule in article.get("rules", []):
            fresh = RuleForm(protocol=protocol, written=rule, initial={"revision": 1})
            said = {field.html_name: field.value() for field in fresh}
            form = RuleForm({k: v for k, v in said.items() if v is not None}, protocol=protocol, written=rule)
            assert form.is_valid(), (rule["id"], form.errors)
            assert form.rule() == rule
            seen += 1
    assert seen


def test_a_rule_is_built_from_fields_and_read_as_a_sentence(cast: Cast, draft: ProtocolDraft):
    said = {
        "revision": 1,
        "id": "essai",
        "joint": "all",
        "ask_0": "severity|at_least",
        "value_0": "2",
        "ask_1": "new_markers|any_of",
        "value_1": "M1, M6",
        "does": "agreed",
        "urgency": "yellow",
        "amount": "2",
        "unit": "working days",
        "purposes": ["F1"],
        "agreed_0": ["C01", "C05"],
    }
    sentence = text_of(get(cast.cleo, "protocols:draft_sentence", draft.pk, 1, **said))
    assert "Si criticité : 2 ou plus et marqueurs nouveaux : parmi eux M1, M6." in sentence
    assert "Alerte jaune, à envoyer dans un délai de 2 jours ouvrables." in sentence
    assert "VIC → AUT : identité minimale, lecture (dynamique, criticité, marqueurs)" in sentence
    assert plain(draft) == load(draft.text).plain()  # nothing is saved yet
    assert post(cast.cleo, "protocols:draft_new_rule", draft.pk, 1, **said).status_code == 302
    [rule] = plain(draft)["articles"][1]["rules"]
    assert rule["when"] == {"all": [{"severity": {"at_least": 2}}, {"new_markers": {"any_of": ["M1", "M6"]}}]}
    assert rule["agreed"] == {"VIC -> AUT": ["C01", "C05"]}
    text = ProtocolDraft.objects.get(pk=draft.pk).text
    assert "# Article 4 §3." in text  # comments stay
    gone = {"revision": 2, "remove": "1"}
    assert post(cast.cleo, "protocols:draft_rule", draft.pk, 1, 0, **gone).status_code == 302
    assert ProtocolDraft.objects.get(pk=draft.pk).text == draft.text


@pytest.mark.parametrize(
    ("said", "words"),
    [
        pytest.param({"value_0": "M99"}, "« M99 » n’est pas un code de ce fait", id="an unknown code"),
        pytest.param({"ask_0": "severity|is", "value_0": "haut"}, "pas un nombre entier", id="no number"),
        pytest.param({"value_0": ""}, "Dites à quoi cela se compare", id="nothing to compare with"),
        pytest.param({"agreed_0": []}, "cochez au moins une catégorie", id="nothing to send"),
        pytest.param({"agreed_0": ["C03"]}, "C03", id="what the matrix refuses"),
        pytest.param({"purposes": []}, "Nécessaire pour une règle de ce genre", id="no purpose"),
    ],
)
def test_a_rule_that_is_none_yet_says_why_and_keeps_what_was_typed(
    cast: Cast, draft: ProtocolDraft, said: dict, words: str
):
    good = {
        "revision": 1, "id": "essai", "joint": "all", "ask_0": "markers|any_of", "value_0": "M1",
        "does": "agreed", "urgency": "yellow", "amount": "2", "unit": "hours", "purposes": ["F1"],
        "agreed_0": ["C01"],
    }  # fmt: skip
    answer = post(cast.cleo, "protocols:draft_new_rule", draft.pk, 1, **good | said)
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert 'value="essai"' in answer.content.decode()
    assert plain(draft) == load(draft.text).plain()


def test_the_matrix_is_ticked_category_by_category(cast: Cast, draft: ProtocolDraft):
    url = f"/s/{cast.coordination.slug}/protocoles/projets/{draft.pk}/matrice/"
    client = signed_in(Client(), cast.cleo)
    page = client.get(url, {"de": "AUT", "vers": "POL"})
    said = initial(page)
    assert (said["C05"], said["C04"]) == ("both", "")
    same = client.post(f"{url}?de=AUT&vers=POL", posting(**said))
    assert same.status_code == 302
    assert plain(draft) == load(draft.text).plain()
    client.post(f"{url}?de=AUT&vers=POL", posting(**said | {"C04": "agreed"}))
    assert plain(draft)["matrix"]["flows"]["AUT -> POL"] == {
        "both": ["C01", "C05", "C06", "C13"],
        "agreed": ["C04"],
    }
    client.post(f"{url}?de=COO&vers=VIC", posting(C05="without", revision=2))
    assert plain(draft)["matrix"]["flows"]["COO -> VIC"] == {"without": ["C05"], "identity": False}
    assert client.get(url, {"de": "AUT", "vers": "AUT"}).status_code == 302
    assert client.get(url).status_code == 302


def test_the_parties_are_said(cast: Cast, draft: ProtocolDraft):
    answer = post(
        cast.cleo, "protocols:draft_parties", draft.pk, VIC=cast.victims.slug, COO=cast.coordination.slug
    )
    assert answer.status_code == 302
    assert drafts.parties_of(draft) == {"VIC": cast.victims, "COO": cast.coordination}
    twice = post(cast.cleo, "protocols:draft_parties", draft.pk, VIC=cast.victims.slug, AUT=cast.victims.slug)
    assert "figure deux fois" in text_of(twice)
    wrong = post(cast.cleo, "protocols:draft_parties", draft.pk, VIC="nulle-part")
    assert wrong.status_code == 422


def test_a_form_that_comes_second_meets_the_firsts_change(cast: Cast, draft: ProtocolDraft):
    said = initial(get(cast.cleo, "protocols:draft_article", draft.pk, 1))
    first = post(cast.cleo, "protocols:draft_article", draft.pk, 0, number="1", text="Le sien.", revision=1)
    assert first.status_code == 302
    second = post(cast.cleo, "protocols:draft_article", draft.pk, 1, **said | {"text": "Le mien."})
    assert second.status_code == 409
    together = second.context["form"]["text"].value()
    assert "Le sien." in together
    assert "Le mien." in together
    assert plain(draft)["articles"][1]["text"] != "Le mien."


def test_a_form_writes_where_its_article_stood_though_another_was_put_before(
    cast: Cast, draft: ProtocolDraft
):
    said = initial(get(cast.cleo, "protocols:draft_article", draft.pk, 1))
    with inside(cast.coordination):
        first = {"number": "0", "text": "Avant tout.", "orders": "nothing"}
        text = add(draft.text, ("articles",), first, at=0)
        drafts.save(actor=cast.actor(cast.cleo), draft=draft, text=text, revision=1)
    second = post(cast.cleo, "protocols:draft_article", draft.pk, 1, **said | {"text": "Le mien."})
    articles = load(second.context["form"]["text"].value()).plain()["articles"]
    before = load(draft.text).plain()["articles"]
    assert [articles[0]["text"], articles[2]["text"]] == ["Avant tout.", "Le mien."]
    assert articles[1] == before[0]
    assert articles[3:] == before[2:]


@pytest.mark.parametrize(("page", "places"), FORMS)
def test_a_stranger_finds_nothing_and_who_may_not_write_is_told_so(
    cast: Cast, draft: ProtocolDraft, page: str, places: list[int]
):
    rose = person("Rose", at=cast.elsewhere, role=Role.REFERENT)
    reader = person("Rolf", at=cast.coordination, role=Role.AUDIT)
    assert get(cast.cleo, f"protocols:{page}", draft.pk, *places).status_code == 200
    assert get(rose, f"protocols:{page}", draft.pk, *places).status_code == 404
    assert get(cast.rita, f"protocols:{page}", draft.pk, *places).status_code == 404
    assert get(reader, f"protocols:{page}", draft.pk, *places).status_code == 403
    assert len(queries_of(cast.cleo, f"protocols:{page}", draft.pk, *places)) <= 15


@pytest.mark.parametrize(
    ("page", "places"), [("draft_article", [99]), ("draft_rule", [0, 0]), ("draft_new_rule", [99])]
)
def test_a_place_that_is_not_there_is_no_page(cast: Cast, draft: ProtocolDraft, page: str, places: list[int]):
    assert get(cast.cleo, f"protocols:{page}", draft.pk, *places).status_code == 404
