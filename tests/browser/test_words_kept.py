"""No typed word is lost, none is sent twice, and one can be gone in a blink."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Dialog, Page, expect

from assessment.factories import LEVEL_2
from tests.browser.conftest import MARKS
from tests.browser.scenes import ANA, BRUNO, case_of_ana, contested_alert
from tests.browser.windows import Windows, session_of

pytestmark = MARKS

SAID = "Ce qui s’est dit"


@pytest.fixture
def ana(windows: Windows) -> Page:
    page = windows.of(ANA)
    windows.go(page, case_of_ana("Ada Parole"))
    return page


def test_words_typed_after_the_session_ended_are_saved_at_the_return(windows: Windows) -> None:
    case, ended = case_of_ana("Ida Absente"), session_of(ANA)
    page = windows.anybody()
    page.context.add_cookies([{"name": "sessionid", "value": ended, "url": windows.address}])
    windows.go(page, case)
    # The counter in the rail asks once at the start: its 401 would lock the page before anything is typed.
    page.wait_for_load_state("networkidle")
    Session.objects.filter(pk=ended).delete()
    words = "Tapé pendant que la session était finie."
    with windows.foreseeing("401"):
        page.get_by_label(SAID).fill(words)
        expect(page.get_by_role("dialog", name="Session verrouillée")).to_be_visible()
    with page.context.expect_page() as other:
        page.get_by_role("link", name="Se connecter (nouvel onglet)").click()
    windows.signing_in(other.value, ANA)
    expect(other.value.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("button", name="Je suis connecté·e").click()
    expect(page.locator("#contact-saved")).to_contain_text("Enregistré à")
    page.reload()
    expect(page.get_by_label(SAID)).to_have_value(words)


def test_two_clicks_log_one_contact(ana: Page) -> None:
    ana.get_by_label(SAID).fill("Une seule fois.")
    ana.get_by_role("button", name="Enregistrer le contact").dblclick()
    expect(ana.locator(".timeline")).to_contain_text("Une seule fois.")
    ana.reload()
    expect(ana.locator(".timeline").get_by_text("Une seule fois.")).to_have_count(1)


def test_a_form_with_errors_comes_back_with_what_was_typed(ana: Page, windows: Windows) -> None:
    with windows.foreseeing("422"):
        ana.get_by_role("link", name="Ajouter une tâche").click()
        ana.get_by_label("Urgent").check()
        ana.get_by_role("button", name="Enregistrer").click()
        expect(ana.get_by_role("alert")).to_contain_text("Il y a quelque chose à corriger")
    expect(ana.get_by_label("Urgent")).to_be_checked()
    ana.get_by_role("alert").get_by_role("link").first.click()
    expect(ana.get_by_label("Ce qui est à faire")).to_be_focused()


def test_sending_one_form_asks_before_it_takes_the_words_of_another_along(windows: Windows) -> None:
    received = [
        path for who, path in contested_alert("Iris Deuxformes") if who == BRUNO and "/recues/" in path
    ]
    page, asked = windows.of(BRUNO), []

    def stays(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    windows.go(page, received[-1])
    page.once("dialog", stays)
    answer = page.get_by_label("Mots pour le service émetteur")
    answer.click()
    answer.fill("Entretien avancé à demain.")
    page.get_by_label("utile", exact=True).check()
    page.get_by_role("button", name="Le dire à l’émetteur").click()
    expect(page.locator("form[data-sent]")).to_have_count(0)
    assert asked == ["beforeunload"]
    expect(answer).to_have_value("Entretien avancé à demain.")
    # The words themselves are sent without a question, and the other form is heard at the next click.
    page.get_by_label("pris en charge").check()
    page.get_by_role("button", name="Envoyer la réponse").click()
    expect(page.locator(".messages")).to_contain_text("Réponse envoyée")
    page.get_by_label("utile", exact=True).check()
    page.get_by_role("button", name="Le dire à l’émetteur").click()
    expect(page.locator(".messages")).to_contain_text("dit à l’émetteur")
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("way", ["button", "keyboard"])
def test_quick_exit_leaves_nothing_on_the_screen_nor_behind_it(ana: Page, windows: Windows, way: str) -> None:
    ana.get_by_label(SAID).press_sequentially("pas encore parti")
    if way == "button":
        ana.get_by_role("link", name="Sortie rapide").click()
    else:
        for _ in range(3):
            ana.keyboard.press("Escape")
    ana.wait_for_url(f"{windows.address}/p/")
    assert ana.title().endswith("Espace de travail")
    expect(ana.locator("body")).not_to_contain_text("Ada Parole")
    ana.go_back()
    expect(ana.locator("body")).not_to_contain_text("Ada Parole")


def test_without_scripts_a_reading_is_filled_in_and_finalised(windows: Windows) -> None:
    page = windows.of(ANA, java_script_enabled=False)
    windows.go(page, case_of_ana("Ula Sansscript"))
    page.get_by_role("button", name="Nouvelle lecture").click()
    for code, value in LEVEL_2.items():
        page.locator(f"#answer-{code} > .answer-choices input[value={value}]").check(force=True)
    page.locator("#axis-E").get_by_role("button", name="Enregistrer").click()
    expect(page.locator("#running")).to_contain_text("2 · modérée")
    page.get_by_role("link", name="Voir l’effet").first.click()
    page.get_by_label("Motif").fill("Sans script, la même chose.")
    page.get_by_role("button", name="Voir l’effet").click()
    expect(page.get_by_label("Motif")).to_have_value("Sans script, la même chose.")
    page.get_by_role("button", name="Finaliser à 2").click()
    expect(page.locator(".messages")).to_contain_text("Lecture finalisée.")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ula Sansscript")
