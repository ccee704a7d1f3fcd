"""The pages of a case: what is typed is kept, sent twice is done once, and nobody else gets in."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases import factories
from cases.models import Agreement, Case, CaseChange, Draft, GlassBreak, Incident, Measure, Note, Person, Task
from pole.tenancy.context import tenant
from tests.cast import posting, signed_in

pytestmark = pytest.mark.django_db

WITH_A_CASE = [
    "summary",
    "close",
    "person_add",
    "contact",
    "incident",
    "measure_add",
    "agreement",
    "task",
    "team",
]
POSTED_WITH_A_CASE = ["reopen", "team_restrict"]


@pytest.fixture
def case(cast):
    with tenant(cast.victims.pk):
        return factories.case(cast.victims, team=[cast.ana, cast.eli], followed="Nora Lien")


@pytest.fixture
def ana(cast, client):
    return signed_in(client, cast.ana)


def url(cast, name, *args, service=None):
    return reverse(f"cases:{name}", args=[(service or cast.victims).slug, *args])


def rows(cast, model):
    with tenant(cast.victims.pk):
        return list(model.objects.all())


@pytest.mark.parametrize("name", WITH_A_CASE)
def test_every_page_of_a_case_opens_for_its_team_and_is_nowhere_for_others(cast, case, client, name):
    address = url(cast, name, case.pk)
    assert signed_in(client, cast.ana).get(address).status_code == 200
    assert signed_in(client, cast.dora).get(address).status_code == 404
    assert client.get(url(cast, name, case.pk, service=cast.elsewhere)).status_code == 404
    with tenant(cast.victims.pk):
        stranger_here = factories.case(cast.victims, team=[cast.eli])
    assert signed_in(client, cast.ana).get(url(cast, name, stranger_here.pk)).status_code == 404


@pytest.mark.parametrize("name", WITH_A_CASE + POSTED_WITH_A_CASE)
def test_nothing_is_sent_to_a_case_one_does_not_see(cast, case, client, name):
    for user, service in (
        (cast.dora, cast.victims),
        (cast.dora, cast.elsewhere),
        (cast.bruno, cast.programme),
    ):
        signed_in(client, user)
        assert client.post(url(cast, name, case.pk, service=service), posting(text="x")).status_code == 404
    assert not rows(cast, CaseChange)


@pytest.mark.parametrize("name", ["list", "open", "glass"])
def test_the_lists_of_another_service_do_not_exist(cast, client, name):
    assert signed_in(client, cast.dora).get(url(cast, name)).status_code == 404


def test_who_reads_the_journal_alone_is_refused_the_files(cast, case, client):
    assert signed_in(client, cast.olga).get(url(cast, "list")).status_code == 403


def test_a_case_is_opened_with_its_people(cast, ana):
    sent = posting(
        first_name="Nora",
        last_name="Lien",
        sex="f",
        never_contact="le domicile",
        partner_first_name="Paul",
        partner_sex="m",
        summary="Séparation.",
    )
    response = ana.post(url(cast, "open"), sent)
    [case] = rows(cast, Case)
    assert response.url == reverse("desk:case", args=[cast.victims.slug, case.pk])
    assert {person.first_name: person.sex for person in rows(cast, Person)} == {"Nora": "f", "Paul": "m"}


def test_what_was_typed_comes_back_with_the_error(cast, ana):
    sent = posting(
        first_name="", last_name="Lien", never_contact="jamais le soir", birth_date="demain", sex="f"
    )
    response = ana.post(url(cast, "open"), sent)
    assert response.status_code == 422
    page = response.content.decode()
    assert 'value="Lien"' in page
    assert "jamais le soir" in page
    assert "error-summary" in page
    assert "Prénom" in page
    assert sent["idempotency_key"] in page
    assert not rows(cast, Case)


def test_an_empty_post_is_a_form_sent_empty(cast, case, ana):
    response = ana.post(url(cast, "contact", case.pk), posting())
    assert response.status_code == 422
    assert "error-summary" in response.content.decode()


def test_a_rule_of_the_service_stands_beside_its_field(cast, case, ana):
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    response = ana.post(
        url(cast, "incident", case.pk), posting(kind="physical", happened_on=tomorrow, text="Gifle.")
    )
    assert response.status_code == 422
    assert "Cette date est dans le futur" in response.context["form"].errors["happened_on"][0]
    assert "Gifle." in response.content.decode()
    assert not rows(cast, Incident)


def test_a_contact_sent_twice_is_logged_once(cast, case, ana):
    sent = posting(kind="phone", text="Appel.")
    first, second = (ana.post(url(cast, "contact", case.pk), sent) for _ in range(2))
    assert first.url == second.url
    assert len(rows(cast, Note)) == len(rows(cast, CaseChange)) == 1
    ana.post(url(cast, "contact", case.pk), posting(kind="phone", text="Appel."))
    assert len(rows(cast, Note)) == 2


def test_a_form_corrected_after_an_error_goes_through_with_the_same_key(cast, case, ana):
    sent = posting(kind="phone", text="")
    assert ana.post(url(cast, "contact", case.pk), sent).status_code == 422
    assert ana.post(url(cast, "contact", case.pk), {**sent, "text": "Appel."}).status_code == 302
    assert len(rows(cast, Note)) == 1


def test_a_post_without_a_key_is_refused(cast, case, ana):
    assert ana.post(url(cast, "contact", case.pk), {"kind": "phone", "text": "Appel."}).status_code == 400
    assert not rows(cast, Note)


def test_what_is_typed_is_kept_and_the_form_reopens_with_it(cast, case, ana, client):
    saved = ana.post(
        url(cast, "draft", case.pk, "contact"), {"text": "Elle dit que"}, headers={"Idempotency-Key": _key()}
    )
    assert saved.status_code == 204
    assert "Elle dit que" in ana.get(url(cast, "contact", case.pk)).content.decode()
    assert "Elle dit que" in ana.get(reverse("desk:case", args=[cast.victims.slug, case.pk])).content.decode()
    signed_in(client, cast.eli)
    assert "Elle dit que" not in client.get(url(cast, "contact", case.pk)).content.decode()


def test_the_draft_is_gone_once_the_form_is_saved(cast, case, ana):
    ana.post(url(cast, "draft", case.pk, "contact"), posting(text="Elle dit que"))
    ana.post(url(cast, "contact", case.pk), posting(kind="phone", text="Elle dit que non."))
    assert not rows(cast, Draft)


def test_the_form_that_opens_a_case_has_a_draft_too(cast, ana):
    ana.post(url(cast, "opening_draft", "open"), posting(first_name="Nora", never_contact="le soir"))
    page = ana.get(url(cast, "open")).content.decode()
    assert 'value="Nora"' in page
    assert "le soir" in page
    ana.post(url(cast, "open"), posting(first_name="Nora", sex="f"))
    assert not rows(cast, Draft)


def test_an_endless_draft_is_refused_with_its_reason(cast, case, ana):
    response = ana.post(url(cast, "draft", case.pk, "contact"), posting(text="x" * 250_000))
    assert response.status_code == 422
    assert response.json()["errors"]


def test_nobody_keeps_a_draft_in_a_case_they_do_not_see(cast, case, client):
    signed_in(client, cast.dora)
    assert client.post(url(cast, "draft", case.pk, "contact"), posting(text="x")).status_code == 404


def agreement_fields(cast, case, **fields):
    today = timezone.localdate()
    with tenant(cast.victims.pk):
        person = case.people.get()
    return posting(
        person=person.pk,
        recipient=cast.programme.pk,
        categories=["C01", "C05"],
        purposes=["F1"],
        basis="agreement",
        form="oral",
        informed_on=today.isoformat(),
        given_on=today.isoformat(),
        expires_on=fields.get("expires_on", (today + timedelta(days=60)).isoformat()),
    )


def test_an_agreement_is_recorded_confirmed_and_withdrawn(cast, case, ana):
    assert ana.post(url(cast, "agreement", case.pk), agreement_fields(cast, case)).status_code == 302
    [agreement] = rows(cast, Agreement)
    ana.post(url(cast, "agreement_confirm", case.pk, agreement.pk), posting())
    assert ana.get(url(cast, "agreement_withdraw", case.pk, agreement.pk)).status_code == 200
    ana.post(url(cast, "agreement_withdraw", case.pk, agreement.pk), posting())
    [agreement] = rows(cast, Agreement)
    assert agreement.confirmed_on
    assert agreement.withdrawn_at
    again = ana.post(url(cast, "agreement_withdraw", case.pk, agreement.pk), posting(), follow=True)
    assert "déjà retiré" in again.content.decode()


def test_an_agreement_longer_than_six_months_comes_back_with_its_boxes_ticked(cast, case, ana):
    late = (timezone.localdate() + timedelta(days=200)).isoformat()
    response = ana.post(url(cast, "agreement", case.pk), agreement_fields(cast, case, expires_on=late))
    assert response.status_code == 422
    assert "six mois" in response.context["form"].errors["expires_on"][0]
    assert response.content.decode().count(" checked") == 4
    assert not rows(cast, Agreement)


def test_the_agreement_form_offers_neither_shelters_nor_confidences(cast, case, ana):
    page = ana.get(url(cast, "agreement", case.pk)).content.decode()
    assert "(C01)" in page
    assert "(C03)" not in page
    assert "(C10)" not in page


def test_a_breach_is_recorded_on_the_measure(cast, case, ana):
    today = timezone.localdate().isoformat()
    ana.post(url(cast, "measure_add", case.pk), posting(kind="residence_ban", starts_on=today))
    [measure] = rows(cast, Measure)
    address = url(cast, "measure", case.pk, measure.pk)
    assert ana.get(address).status_code == 200
    undated = ana.post(address, posting(status="breached"))
    assert "quel jour" in undated.context["form"].errors["breached_on"][0]
    ana.post(address, posting(status="breached", breached_on=today, approaching="on"))
    [measure] = rows(cast, Measure)
    assert (measure.status, measure.approaching) == ("breached", True)
    assert [change.kind for change in rows(cast, CaseChange)] == ["measure", "breach"]


def test_the_measure_of_another_case_is_not_found_under_mine(cast, case, ana):
    with tenant(cast.victims.pk):
        measure = factories.measure(factories.case(cast.victims, team=[cast.ana]), cast.ana)
    assert ana.get(url(cast, "measure", case.pk, measure.pk)).status_code == 404


def test_somebodys_safe_contact_is_completed(cast, case, ana):
    [person] = rows(cast, Person)
    address = url(cast, "person", case.pk, person.pk)
    assert 'value="Nora"' in ana.get(address).content.decode()
    ana.post(address, posting(role="followed", first_name="Nora", sex="f", birth_date="1990-05-04"))
    [person] = rows(cast, Person)
    assert (person.birth_date, person.sex, person.last_name) == ("1990-05-04", "f", "")
    assert 'value="1990-05-04"' in ana.get(address).content.decode()


def test_a_task_is_ticked_off_where_it_stands(cast, case, ana):
    ana.post(url(cast, "task", case.pk), posting(text="Rappeler.", assigned_to=cast.ana.pk))
    [task] = rows(cast, Task)
    here = reverse("desk:case", args=[cast.victims.slug, case.pk])
    assert ana.post(url(cast, "task_done", task.pk), posting(next=here)).url == here
    away = ana.post(url(cast, "task_done", task.pk), posting(next="https://elsewhere.example/"))
    assert away.url == reverse("desk:dashboard", args=[cast.victims.slug])
    [task] = rows(cast, Task)
    assert task.done_by_id == cast.ana.pk


def test_the_task_of_a_case_one_does_not_see_stays_open(cast, client):
    with tenant(cast.victims.pk):
        task = factories.task(factories.case(cast.victims, team=[cast.eli]), cast.victims)
    assert signed_in(client, cast.ana).post(url(cast, "task_done", task.pk), posting()).status_code == 404
    assert rows(cast, Task)[0].done_at is None


def test_whoever_leaves_the_team_leaves_the_case(cast, case, ana):
    response = ana.post(url(cast, "team_leave", case.pk, cast.ana.pk), posting())
    assert response.url == url(cast, "list")
    assert ana.get(url(cast, "team", case.pk)).status_code == 404


def test_the_glass_is_broken_with_a_reference_and_a_motive(cast, ana):
    with tenant(cast.victims.pk):
        case = factories.case(cast.victims, team=[cast.eli], followed="Nora Lien")
    page = reverse("desk:case", args=[cast.victims.slug, case.pk])
    assert ana.get(page).status_code == 404
    refused = ana.post(url(cast, "glass"), posting(reference="1999-0001", motive="Urgence."))
    assert refused.status_code == 422
    assert "Urgence." in refused.content.decode()
    opened = ana.post(url(cast, "glass"), posting(reference=case.reference, motive="Urgence."))
    assert opened.url == page
    assert "Votre motif sera revu" in ana.get(page).content.decode()
    assert len(rows(cast, GlassBreak)) == 1


def test_the_referent_reviews_a_broken_glass_from_the_dashboard(cast, ana, client):
    with tenant(cast.victims.pk):
        case = factories.case(cast.victims, team=[cast.eli])
    ana.post(url(cast, "glass"), posting(reference=case.reference, motive="Eli est malade."))
    [broken] = rows(cast, GlassBreak)
    signed_in(client, cast.rita)
    dashboard = reverse("desk:dashboard", args=[cast.victims.slug])
    assert "Eli est malade." in client.get(dashboard).content.decode()
    client.post(url(cast, "glass_seen", broken.pk), posting())
    assert rows(cast, GlassBreak)[0].reviewed_by_id == cast.rita.pk
    assert "Eli est malade." not in client.get(dashboard).content.decode()


def test_a_closed_case_says_so_and_offers_no_form(cast, case, ana):
    ana.post(url(cast, "close", case.pk), posting(motive="Déménagement."))
    page = ana.get(reverse("desk:case", args=[cast.victims.slug, case.pk])).content.decode()
    assert "Déménagement." in page
    assert "Enregistrer le contact" not in page
    late = ana.post(url(cast, "contact", case.pk), posting(kind="phone", text="Appel."))
    assert late.status_code == 422
    assert "Appel." in late.content.decode()
    ana.post(url(cast, "reopen", case.pk), posting())
    assert not rows(cast, Case)[0].closed_on


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        pytest.param("", {"mine"}, id="at first, one's own open cases"),
        pytest.param("?qui=tous", {"mine"}, id="all one may see is no more for a practitioner"),
        pytest.param("?etat=fermes", {"closed"}, id="the closed ones"),
        pytest.param("?q=lien", {"mine"}, id="words in an address are not looked for"),
        pytest.param("?page=99", {"mine"}, id="a page too far is the last one"),
    ],
)
def test_what_the_list_shows(cast, ana, query, shown):
    with tenant(cast.victims.pk):
        references = {
            factories.case(cast.victims, team=[cast.ana], followed="Nora Lien").reference: "mine",
            factories.case(
                cast.victims, team=[cast.ana], followed="Zoé Lien", closed_on=timezone.localdate()
            ).reference: "closed",
            factories.case(cast.victims, team=[cast.eli], followed="Léa Lien").reference: "theirs",
        }
    page = ana.get(url(cast, "list") + query).content.decode()
    assert {name for reference, name in references.items() if reference in page} == shown


@pytest.fixture
def two_of_a_name(cast):
    """Two cases of Ana's whose person bears it, one of them closed: what they are -> their reference."""
    with tenant(cast.victims.pk):
        team, today = [cast.ana], timezone.localdate()
        return {
            "open": factories.case(cast.victims, team=team, followed="Nora Lien").reference,
            "closed": factories.case(cast.victims, team=team, followed="Zoé Lien", closed_on=today).reference,
        }


def looked_for(cast, client, **asked):
    return client.post(url(cast, "search"), posting(**asked), follow=True)


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        pytest.param({"q": "lien"}, {"open", "closed"}, id="a search looks in open and closed ones"),
        pytest.param({"q": "lien", "etat": "fermes", "qui": "tous"}, {"closed"}, id="or where it is told to"),
        pytest.param({"q": "inconnu"}, set(), id="and may find nothing"),
        pytest.param({"q": ""}, {"open"}, id="without a word it is the list"),
        pytest.param(
            {"q": "lien", "etat": "x" * 600}, {"open", "closed"}, id="what is not offered is left out"
        ),
        pytest.param({"q": "é" * 300}, set(), id="however long"),
    ],
)
def test_what_a_search_finds(cast, ana, two_of_a_name, asked, shown):
    page = looked_for(cast, ana, **asked).content.decode()
    assert {name for name, reference in two_of_a_name.items() if reference in page} == shown


def test_no_address_of_a_search_holds_the_name(cast, ana, two_of_a_name):
    page = looked_for(cast, ana, q="Lien")
    [(address, _status)] = page.redirect_chain
    assert "lien" not in address.lower()
    assert 'value="Lien"' in page.content.decode()  # what was typed is there to be corrected
    assert 'method="get"' not in page.content.decode()


def test_the_address_of_a_search_says_nothing_to_somebody_else(cast, ana, two_of_a_name):
    [(address, _status)] = looked_for(cast, ana, q="Lien").redirect_chain
    for who in (cast.eli, cast.dora):
        page = signed_in(Client(), who).get(address)
        assert "Lien" not in page.content.decode()
    assert ana.get(address[:-2]).status_code == 200
    assert 'value="Lien"' not in ana.get(address[:-2]).content.decode()


def test_who_sees_all_cases_and_is_in_no_team_is_led_to_them(cast, client):
    with tenant(cast.victims.pk):
        shown = factories.case(cast.victims, team=[cast.eli])
    here = reverse("cases:list", args=[cast.victims.slug])
    page = signed_in(client, cast.rita).get(here).content.decode()
    assert "Voir les dossiers du service" in page
    assert 'href="?qui=tous"' in page
    assert shown.reference in client.get(f"{here}?qui=tous").content.decode()
    page = signed_in(client, cast.ana).get(here).content.decode()  # in no team either, and sees no other case
    assert "Voir les dossiers du service" not in page


def test_the_list_has_25_a_page(cast, ana):
    with tenant(cast.victims.pk):
        for _ in range(27):
            factories.case(cast.victims, team=[cast.ana])
    assert len(ana.get(url(cast, "list")).context["page"]) == 25
    assert len(ana.get(url(cast, "list") + "?page=2").context["page"]) == 2


def _key():
    return posting()["idempotency_key"]


def test_reserving_a_case_says_so_also_to_whom_it_shuts_out(cast, case, client):
    page = url(cast, "team_restrict", case.pk)
    rita = signed_in(client, cast.rita).post(page, posting(restricted="on"), follow=True)
    assert rita.redirect_chain[-1][0] == url(cast, "list")
    assert f"Le dossier {case.reference} est réservé à son équipe." in rita.content.decode()

    opened = signed_in(client, cast.ana).post(page, posting(), follow=True)
    assert f"Les référent·e·s voient de nouveau le dossier {case.reference}." in opened.content.decode()


def test_why_a_case_was_closed_is_read_after_it_is_opened_again(cast, case, ana):
    ana.post(url(cast, "close", case.pk), posting(motive="Elle a déménagé à Liège."))
    ana.post(url(cast, "reopen", case.pk), posting())
    page = ana.get(reverse("desk:case", args=[cast.victims.slug, case.pk])).content.decode()
    assert "Ce dossier est fermé" not in page
    assert "Elle a déménagé à Liège." in page
    # Closing once more writes over it: the form shows what would go.
    assert "Elle a déménagé à Liège." in ana.get(url(cast, "close", case.pk)).content.decode()

    stranger = signed_in(Client(), cast.dora)
    assert stranger.get(url(cast, "close", case.pk)).status_code == 404
