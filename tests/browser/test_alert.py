"""From a call to an answer: what Ana and Carla do in a day, on their own machines."""

from playwright.sync_api import Page, expect

from pole.runtime.stack import Stack
from tests.browser.conftest import MARKS, STRANGER
from tests.browser.scenes import (
    ANA,
    CARLA,
    CLEO,
    ELSEWHERE,
    POLICE,
    VICTIMS,
    letters,
    link_of_new_letter,
)
from tests.browser.windows import NARROW, Windows, id_in
from tests.running import eventually

pytestmark = MARKS

# Violence now, fear, strangulation: an imminent danger.
KEYS = {"A2": "4", "A6": "4", "A10": "3", "B11": "4", "E10": "4", "E1": "3"}
SAID = "Elle parle bas, il dort à côté. Rappeler demain entre 9 h et 11 h."
WORDS_BACK = "Une équipe part sur place."


def test_a_call_becomes_a_case_a_reading_an_alert_and_an_answer(stack: Stack, windows: Windows) -> None:
    before = len(letters(stack, POLICE))
    ana = windows.anybody()
    windows.go(ana, "/")
    windows.signing_in(ana, ANA)
    open_case(ana)
    log_contact(ana)
    record_agreement(ana)
    read_by_keyboard(ana)
    preview_and_finalise(ana)
    told = ana.url

    link = link_of_new_letter(stack, POLICE, before)
    carla = windows.anybody(viewport=NARROW, has_touch=True, is_mobile=True)
    carla.goto(link)
    windows.signing_in(carla, CARLA)
    acknowledge_and_answer(carla)

    ana.goto(told)
    ana.get_by_role("listitem").filter(has_text="Zone de police").get_by_role("link").click()
    expect(ana.locator(".page-facts")).to_contain_text("réponse reçue")
    expect(ana.locator("main")).to_contain_text(WORDS_BACK)
    nobody_else_sees(stack, windows, carla.url, ana.url, link)


def open_case(ana: Page) -> None:
    ana.get_by_role("link", name="Ouvrir un dossier").click()
    ana.locator("[name=first_name]").fill("Noor")
    ana.locator("[name=last_name]").fill("Vandermeersch")
    ana.locator("[name=phone]").fill("0470 00 00 01")
    ana.locator("[name=partner_first_name]").fill("Elias")
    ana.locator("[name=partner_last_name]").fill("Maréchal")
    ana.get_by_role("button", name="Ouvrir le dossier").click()
    expect(ana.get_by_role("heading", level=1)).to_have_text("Noor Vandermeersch")


def log_contact(ana: Page) -> None:
    """Never a typed word lost: what was typed is there again although nobody pressed anything."""
    ana.get_by_label("Ce qui s’est dit").fill(SAID)
    expect(ana.locator("#contact-saved")).to_contain_text("Enregistré à")
    ana.reload()
    expect(ana.get_by_label("Ce qui s’est dit")).to_have_value(SAID)
    ana.get_by_role("button", name="Enregistrer le contact").click()
    expect(ana.locator(".messages")).to_contain_text("Le contact est noté.")
    expect(ana.locator(".timeline")).to_contain_text(SAID)
    expect(ana.get_by_label("Ce qui s’est dit")).to_have_value("")


def record_agreement(ana: Page) -> None:
    ana.get_by_role("link", name="Consigner un accord").click()
    expect(ana.get_by_label("Qui donne son accord").locator("option:checked")).to_contain_text("Noor")
    ana.get_by_label("Pour informer").select_option(label="Passage (fictif)")
    ana.get_by_label("par écrit").check()
    ana.get_by_label("identité minimale").check()
    ana.get_by_label("lecture (dynamique").check()
    ana.get_by_label("sécurité immédiate").check()
    ana.get_by_role("button", name="Enregistrer").click()
    expect(ana.locator(".messages")).to_contain_text("L’accord est consigné.")


def read_by_keyboard(ana: Page) -> None:
    ana.get_by_role("button", name="Nouvelle lecture").click()
    expect(ana.locator("#running")).to_contain_text("Rien n’est encore répondu")
    for code, key in KEYS.items():
        ana.locator(f"#{code}-1").focus()
        ana.keyboard.press(key)
        expect(ana.locator(f"#{code}-{key}")).to_be_checked()
    expect(ana.locator("#saved")).to_contain_text("Enregistré à")
    running = ana.locator("#running")
    expect(running).to_contain_text("4 · imminente")
    running.get_by_text("Pourquoi").first.click()
    expect(running).to_contain_text("E10")


def preview_and_finalise(ana: Page) -> None:
    ana.get_by_role("link", name="Voir l’effet").first.click()
    expect(ana.get_by_role("heading", level=1)).to_have_text("Avant de finaliser")
    expect(ana.locator(".envelope", has_text="Zone de police")).to_contain_text("identité minimale")
    ana.get_by_role("button", name="Finaliser à 4").click()
    expect(ana.locator(".messages")).to_contain_text("Lecture finalisée. 2 alertes envoyées.")


def acknowledge_and_answer(carla: Page) -> None:
    expect(carla.get_by_role("heading", level=1)).to_contain_text("Alerte rouge · La Clairière")
    expect(carla.locator("main")).to_contain_text("Noor Vandermeersch")
    expect(carla.locator("main")).to_contain_text("Ce qu’il ne faut pas faire")
    carla.get_by_role("button", name="Accuser réception", exact=True).click()
    expect(carla.locator(".messages")).to_contain_text("Accusé de réception donné.")
    carla.get_by_label("pris en charge").check()
    carla.get_by_label("Mots pour le service émetteur").fill(WORDS_BACK)
    carla.get_by_role("button", name="Envoyer la réponse").click()
    expect(carla.locator(".messages")).to_contain_text("Réponse envoyée.")
    expect(carla.locator("main")).to_contain_text(WORDS_BACK)


def nobody_else_sees(stack: Stack, windows: Windows, received: str, sent: str, link: str) -> None:
    """Eva works elsewhere; Cléo in the cooperation, where nobody told her."""
    eva = windows.of(STRANGER)
    own = f"{windows.address}/s/{ELSEWHERE}"
    hidden = [received, sent, link, f"{own}/alertes/recues/{id_in(received)}/"]
    with windows.foreseeing("404"):
        for address in hidden:
            eva.goto(address)
            expect(eva.get_by_role("heading", level=1)).to_have_text("Cette page n’existe pas")
    eva.goto(f"{own}/alertes/")
    expect(eva.locator("main")).to_contain_text("Aucun partenaire n’a écrit")
    cleo = windows.of(CLEO)
    windows.go(cleo, "/s/trait-union/alertes/")
    expect(cleo.locator(".message-row")).to_have_count(0)
    eventually(lambda: letters(stack, VICTIMS))  # told of the answer: the worker is past this alert
    assert letters(stack, ELSEWHERE) == []
