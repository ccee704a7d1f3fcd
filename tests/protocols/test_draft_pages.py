"""Protocols in work on the screen: written, imported, exported, proposed; nobody else's, and nothing typed is lost."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from pole.tenancy.context import inside
from pole.tenancy.factories import person
from pole.tenancy.permissions import Role
from protocols import drafts
from protocols.models import DraftState, ProtocolDraft
from protocols.registry import shipped_text
from tests.alerts.screens import get, in_force, post, queries_of, text_of, undefined_variables_fail
from tests.cast import Cast

pytestmark = pytest.mark.django_db
__all__ = ["in_force", "undefined_variables_fail"]

PAGES = ("draft", "draft_text", "draft_upload", "draft_propose", "draft_drop", "draft_export")
WRITING = ("draft_text", "draft_upload", "draft_propose", "draft_drop")


def parties(cast: Cast) -> dict:
    return {"VIC": cast.victims, "AUT": cast.programme, "POL": cast.police, "COO": cast.coordination}


def staffed(cast: Cast, draft: ProtocolDraft) -> ProtocolDraft:
    """With services behind its parties, and people behind these."""
    for service in (cast.programme, cast.police, cast.coordination):
        for role in (Role.REFERENT, Role.DIRECTION):
            person(f"{role}-{service.slug}", at=service, role=role)
    with inside(cast.coordination):
        return drafts.set_parties(actor=cast.actor(cast.cleo), draft=draft, parties=parties(cast))


def now(draft: ProtocolDraft) -> ProtocolDraft:
    return ProtocolDraft.objects.get(pk=draft.pk)


def file_of(text: str | bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("protocole.yaml", text if isinstance(text, bytes) else text.encode())


def test_the_list_says_how_to_begin_and_what_is_in_work(cast: Cast, draft: ProtocolDraft):
    assert "Aucun projet : écrivez-en un" in text_of(get(cast.rita, "protocols:list"))
    html = text_of(get(cast.cleo, "protocols:list"))
    assert "Nouveau protocole" in html
    assert "coopération intersectorielle" in html
    assert "Nouveau protocole" not in text_of(get(cast.ana, "protocols:list"))


def test_what_stops_a_proposal_comes_first_with_the_way_to_mend_it(cast: Cast, draft: ProtocolDraft):
    html = text_of(get(cast.cleo, "protocols:draft_propose", draft.pk))
    assert html.rindex("Faute") < html.index("À regarder")
    way = reverse("protocols:draft_parties", args=[cast.coordination.slug, draft.pk])
    assert way in html
    assert way not in text_of(get(cast.cleo, "protocols:draft_propose", staffed(cast, draft).pk))


@pytest.mark.parametrize(
    ("said", "title"),
    [
        pytest.param({"of": "empty", "identifier": "entente-2027"}, "Protocole sans titre", id="nothing"),
        pytest.param({"of": "shipped", "shipped": "hopital-2026"}, "", id="an example"),
        pytest.param({"of": "file"}, "Protocole d'entente", id="a file"),
        pytest.param({"of": "amend"}, "Protocole d'entente", id="a signed text"),
    ],
)
def test_a_draft_is_begun_of(cast: Cast, in_force, said: dict, title: str):
    if said["of"] == "file":
        said = said | {"file": file_of(shipped_text("demo-2026"))}
    if said["of"] == "amend":
        said = said | {"version": str(in_force.pk)}
    answer = post(cast.rita, "protocols:begin", **said)
    begun = ProtocolDraft.objects.get()
    assert answer.status_code == 302, text_of(answer)
    assert answer["Location"].endswith(f"/projets/{begun.pk}/")
    assert begun.service == cast.victims
    assert begun.title.startswith(title)
    assert (begun.amends == in_force) == (said["of"] == "amend")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        pytest.param(
            {"of": "empty", "identifier": "Été 2027"}, "lettres minuscules", id="a name with accents"
        ),
        pytest.param({"of": "file"}, "Choisissez le fichier", id="no file"),
        pytest.param({"of": "file", "file": "x" * 2_000_000}, "200 000 caractères", id="two megabytes"),
        pytest.param({"of": "file", "file": b"\xff\xfe\x00"}, "pas du texte", id="a picture"),
        pytest.param({"of": "file", "file": b"a: \x00"}, "pas du texte", id="a zero byte"),
        pytest.param({"of": "shipped", "shipped": "../demo-2026"}, "../demo-2026", id="an unknown example"),
    ],
)
def test_what_no_draft_is_begun_of(cast: Cast, said: dict, words: str):
    if "file" in said:
        said = said | {"file": file_of(said["file"])}
    answer = post(cast.cleo, "protocols:begin", **said)
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert not ProtocolDraft.objects.exists()


def test_text_and_orders_stand_side_by_side_with_what_was_found(cast: Cast, draft: ProtocolDraft):
    html = text_of(get(cast.cleo, "protocols:draft", draft.pk))
    assert "Alerte orange, à envoyer dans un délai de 4 heures ouvrables." in html
    assert "VIC → AUT" in html
    article = html[html.index("<h3>Article 7</h3>") : html.index("<h3>Article 8</h3>")]
    assert "dropout" in article
    assert "À regarder" in article


def test_one_wrong_rule_does_not_hide_the_others(cast: Cast, draft: ProtocolDraft):
    staffed(cast, draft)
    text = draft.text.replace("urgency: yellow\n", "urgency: mauve\n").replace(
        "AUT -> VIC: [C05, C09]", "AUT -> VIC: [C05, C10]", 1
    )
    with inside(cast.coordination):
        drafts.save(actor=cast.actor(cast.cleo), draft=draft, text=text, revision=1)
    html = text_of(get(cast.cleo, "protocols:draft", draft.pk))
    assert "2 fautes" in html
    sixth = html[html.index("<h3>Article 6</h3>") : html.index("<h3>Article 7</h3>")]
    seventh = html[html.index("<h3>Article 7</h3>") : html.index("<h3>Article 8</h3>")]
    assert "mauve" in sixth
    assert "C10" in seventh
    assert "Alerte rouge, à envoyer dans un délai de 1 heure." in html


def test_a_text_that_is_no_yaml_is_kept_and_shown_again(cast: Cast, draft: ProtocolDraft):
    typed = draft.text.replace("parties:\n", "parties: [\n")
    assert post(cast.cleo, "protocols:draft_text", draft.pk, text=typed, revision=1).status_code == 302
    assert now(draft).text == typed
    html = text_of(get(cast.cleo, "protocols:draft", draft.pk))
    assert "ne peut être lu tel qu’il est" in html
    assert "1 faute" in html
    assert "parties: [" in text_of(get(cast.cleo, "protocols:draft_text", draft.pk))


def test_the_whole_text_goes_out_and_comes_in_byte_for_byte(cast: Cast, draft: ProtocolDraft):
    typed = "\n\n# œuvre — ’\n" + draft.text + "# fin\n\n"
    post(cast.cleo, "protocols:draft_text", draft.pk, text=typed.replace("\n", "\r\n"), revision=1)
    answer = get(cast.cleo, "protocols:draft_export", draft.pk)
    assert answer.content == typed.encode()
    assert 'filename="demo-2026-1.yaml"' in answer["Content-Disposition"]
    assert answer["Content-Disposition"].startswith("attachment")
    again = file_of(answer.content)
    assert post(cast.cleo, "protocols:draft_upload", draft.pk, file=again, revision=2).status_code == 302
    assert now(draft).revision == 2  # the same text is no change
    page = get(cast.cleo, "protocols:draft_text", draft.pk).content.decode()
    assert 'id="id_text">\n\n\n# œuvre' in page  # a browser drops the first line end of a text area


def test_two_megabytes_are_refused_and_shown_again(cast: Cast, draft: ProtocolDraft):
    answer = post(cast.cleo, "protocols:draft_text", draft.pk, text="x" * 2_000_000, revision=1)
    assert answer.status_code == 422
    html = text_of(answer)
    assert "200 000 caractères" in html
    assert "x" * 2_000_000 in html
    assert now(draft).revision == 1


def test_a_bomb_is_kept_as_text_and_refused_as_a_protocol(cast: Cast, draft: ProtocolDraft):
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    post(cast.cleo, "protocols:draft_text", draft.pk, text=bomb, revision=1)
    html = text_of(get(cast.cleo, "protocols:draft", draft.pk))
    assert "1 faute" in html
    assert "Les renvois (&amp; et *) ne servent pas ici" in html


def test_the_second_editor_is_shown_the_firsts_change_and_has_both(cast: Cast, draft: ProtocolDraft):
    claude = person("Claude", at=cast.coordination, role=Role.COORDINATION)
    hers = draft.text.replace("label: alerte rouge", "label: alerte écarlate")
    his = draft.text.replace("label: alerte jaune", "label: alerte citron")
    post(cast.cleo, "protocols:draft_text", draft.pk, text=hers, revision=1)
    answer = post(claude, "protocols:draft_text", draft.pk, text=his, revision=1)
    assert answer.status_code == 409
    html = text_of(answer)
    assert "Cleo a enregistré ce texte" in html
    assert "Le texte ci-dessous porte les deux changements" in html
    assert now(draft).text == hers
    both = hers.replace("label: alerte jaune", "label: alerte citron")
    assert answer.context["form"]["text"].value() == both
    assert answer.context["form"]["revision"].value() == 2
    assert post(claude, "protocols:draft_text", draft.pk, text=both, revision=2).status_code == 302
    assert now(draft).text == both


def test_where_both_changed_the_same_line_the_second_keeps_what_was_typed(cast: Cast, draft: ProtocolDraft):
    hers = draft.text.replace("label: alerte rouge", "label: alerte écarlate")
    his = draft.text.replace("label: alerte rouge", "label: alerte carmin")
    post(cast.cleo, "protocols:draft_text", draft.pk, text=hers, revision=1)
    answer = post(cast.cleo, "protocols:draft_text", draft.pk, text=his, revision=1)
    html = text_of(answer)
    assert answer.status_code == 409
    assert "les mêmes lignes" in html
    assert "alerte écarlate" in html
    assert answer.context["form"]["text"].value() == his


def test_faults_stop_a_proposal_and_parties_see_what_is_proposed(cast: Cast, draft: ProtocolDraft):
    page = text_of(get(cast.cleo, "protocols:draft_propose", draft.pk))
    assert "pas encore dit" in page
    assert post(cast.cleo, "protocols:draft_propose", draft.pk, revision=1).status_code == 422
    staffed(cast, draft)
    assert cast.victims.name in text_of(get(cast.cleo, "protocols:draft_propose", draft.pk))
    assert get(cast.denis, "protocols:draft", draft.pk).status_code == 404
    assert post(cast.cleo, "protocols:draft_propose", draft.pk, revision=1).status_code == 302
    for party in (cast.denis, cast.bruno, cast.carla):
        answer = get(party, "protocols:draft", draft.pk)
        assert answer["Location"].endswith(f"/proposes/{draft.pk}/")
        assert "proposé à la signature" in text_of(get(party, "protocols:list"))
    assert get(cast.dora, "protocols:draft", draft.pk).status_code == 404
    assert post(cast.denis, "protocols:draft_take_back", draft.pk).status_code == 404
    assert post(cast.cleo, "protocols:draft_take_back", draft.pk).status_code == 302
    assert now(draft).state == DraftState.DRAFT
    assert get(cast.denis, "protocols:draft", draft.pk).status_code == 404


def test_what_is_proposed_is_not_written(cast: Cast, draft: ProtocolDraft):
    staffed(cast, draft)
    post(cast.cleo, "protocols:draft_propose", draft.pk, revision=1)
    assert offers_to_simulate(cast, draft)
    answer = post(cast.cleo, "protocols:draft_text", draft.pk, text="typed: late\n", revision=1)
    assert answer.status_code == 422
    assert "typed: late" in text_of(answer)
    assert "ne change plus" in text_of(answer)
    assert now(draft).revision == 1


def offers_to_simulate(cast: Cast, draft: ProtocolDraft) -> bool:
    url = reverse("simulation:begin", args=[cast.coordination.slug, draft.pk])
    return f'href="{url}"' in text_of(get(cast.cleo, "protocols:draft", draft.pk))


def test_a_draft_is_given_up_and_stays_readable(cast: Cast, draft: ProtocolDraft):
    assert "Abandonner" in text_of(get(cast.cleo, "protocols:draft_drop", draft.pk))
    assert offers_to_simulate(cast, draft)
    assert post(cast.cleo, "protocols:draft_drop", draft.pk).status_code == 302
    assert now(draft).state == DraftState.DROPPED
    assert not offers_to_simulate(cast, draft)
    assert get(cast.cleo, "protocols:draft_export", draft.pk).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_finds_nothing(cast: Cast, draft: ProtocolDraft, page: str):
    rose = person("Rose", at=cast.elsewhere, role=Role.REFERENT)
    assert get(rose, f"protocols:{page}", draft.pk).status_code == 404
    assert get(rose, f"protocols:{page}", draft.pk, service=cast.coordination).status_code == 404
    assert get(cast.rita, f"protocols:{page}", draft.pk).status_code == 404


@pytest.mark.parametrize("page", WRITING)
def test_who_may_not_write_is_told_so(cast: Cast, draft: ProtocolDraft, page: str):
    reader = person("Rolf", at=cast.coordination, role=Role.AUDIT)
    assert get(reader, "protocols:draft", draft.pk).status_code == 200
    assert get(reader, f"protocols:{page}", draft.pk).status_code == 403
    assert post(reader, f"protocols:{page}", draft.pk).status_code == 403
    assert get(reader, "protocols:begin").status_code == 403
    assert post(reader, "protocols:draft_take_back", draft.pk).status_code == 403


def test_pages_take_few_queries(cast: Cast, draft: ProtocolDraft):
    staffed(cast, draft)
    for page in PAGES:
        asked = queries_of(cast.cleo, f"protocols:{page}", draft.pk)
        assert len(asked) <= 15, f"{page}\n" + "\n".join(asked)
    asked = len(queries_of(cast.cleo, "protocols:list"))
    with inside(cast.coordination):
        for _n in range(10):
            drafts.create(actor=cast.actor(cast.cleo))
    assert len(queries_of(cast.cleo, "protocols:list")) == asked
