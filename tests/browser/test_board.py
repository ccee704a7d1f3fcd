"""The board, worked: on a telephone, by keyboard, and seen by whoever sent."""

from datetime import timedelta

from playwright.sync_api import Locator, Page, expect

from alerts.models import Alert
from assessment.factories import LEVEL_4
from pole.runtime.stack import Stack
from pole.tenancy.models import Service
from tests.browser.conftest import MARKS
from tests.browser.scenes import (
    ANA,
    BRUNO,
    CARLA,
    CLEO,
    ELSEWHERE,
    POLICE,
    PROGRAMME,
    VICTIMS,
    finalised_by,
    letters,
    raised_to_coordination,
    told_of,
)
from tests.browser.windows import NARROW, WIDE, Windows
from tests.running import eventually

pytestmark = MARKS

LADDER = ["permanence@zone-aval.example", "rosa@zone-aval.example", "didier@zone-aval.example"]
WORDS_BACK = "Les référents des deux services se voient mardi."


def test_a_liaison_officer_acknowledges_on_a_telephone_and_the_sender_sees_it(
    stack: Stack, windows: Windows
) -> None:
    finalised_by(ANA, "Nadia Tabl", LEVEL_4)
    carla = windows.of(CARLA, viewport=NARROW, has_touch=True, is_mobile=True)
    windows.go(carla, f"/s/{POLICE}/alertes/")
    first = carla.locator("[data-row]").first
    expect(first).to_contain_text("alerte rouge")
    first.locator("[data-tick]").check()
    with windows.foreseeing("422"):
        carla.get_by_role("button", name="Accuser réception", exact=True).click()
        expect(carla.locator("main")).to_contain_text("Une alerte rouge s’ouvre")
    carla.locator("[data-row]").first.locator("[data-open]").click()
    carla.get_by_role("button", name="Accuser réception", exact=True).click()
    expect(carla.locator(".messages")).to_contain_text("Accusé de réception donné.")

    ana = windows.of(ANA)
    windows.go(ana, f"/s/{VICTIMS}/alertes/")
    expect(ana.locator(".page-aside")).to_contain_text("accusé reçu")


def test_the_board_is_worked_by_keyboard(stack: Stack, windows: Windows) -> None:
    for followed in ("Vera Tabl", "Yara Tabl"):
        finalised_by(ANA, followed, LEVEL_4)
    bruno = windows.of(BRUNO, viewport=WIDE)
    windows.go(bruno, f"/s/{PROGRAMME}/alertes/?etat=new")
    expect(bruno.locator("[data-row]").nth(1)).to_be_visible()
    before = bruno.locator(".board-block").count()
    for _row in range(2):
        bruno.keyboard.press("j")
        bruno.keyboard.press("x")
    bruno.keyboard.press("l")
    expect(bruno.locator(".messages")).to_contain_text("2 alertes reliées")
    expect(bruno.locator(".board-block")).to_have_count(before + 1)
    bruno.keyboard.press("?")
    expect(bruno.get_by_text("alerte suivante, précédente")).to_be_visible()
    bruno.locator(".board-block [data-tick]").first.check()
    bruno.keyboard.press("u")
    expect(bruno.locator(".messages")).to_contain_text("1 alerte déliée")
    waiting = bruno.locator(".rail-count > :first-child").inner_text()
    expect(bruno).to_have_title(f"({waiting}) Espace de travail")


def test_what_nobody_acknowledges_climbs_and_comes_back_to_its_sender(stack: Stack, windows: Windows) -> None:
    police = Service.objects.get(slug=POLICE)  # there day and night: an hour later its whole ladder is past
    alerts = finalised_by(ANA, "Tara Tabl", LEVEL_4, ago=timedelta(hours=1))
    [alert] = [each for each in alerts if each.recipient_id == police.pk]
    for address in LADDER:
        eventually(lambda address=address: told_of(stack, alert.exchange_id, address))
    assert not letters(stack, ELSEWHERE), "a service that has nothing to do with it is told nothing"

    ana = windows.of(ANA)
    pages = {
        "the dashboard": f"/s/{VICTIMS}/",
        "the case": f"/s/{VICTIMS}/dossiers/{alert.case_id}/",
        "what was sent": f"/s/{VICTIMS}/alertes/envoyees/",
        "the alert": f"/s/{VICTIMS}/alertes/envoyees/{alert.pk}/",
    }
    for path in pages.values():
        windows.go(ana, path)
        banner = ana.locator(".banner-danger", has_text=f"{police.name} n’a pas accusé").first
        expect(banner).to_contain_text(police.urgent_phone)
        expect(banner).to_contain_text("112")
    windows.go(ana, pages["the case"])
    expect(ana.locator("main")).to_contain_text(
        f"n’a pas accusé réception : appelez le {police.urgent_phone}"
    )

    carla = windows.of(CARLA)
    windows.go(carla, f"/s/{POLICE}/alertes/recues/{alert.exchange_id}/")
    expect(carla.locator(".rung-climbed", has_text="direction")).to_be_visible()
    carla.get_by_role("button", name="Accuser réception", exact=True).click()
    expect(carla.locator(".messages")).to_contain_text("Accusé de réception donné.")
    windows.go(ana, pages["the alert"])
    expect(ana.locator(".page-facts")).to_contain_text("accusé reçu")
    expect(ana.locator(".banner-danger", has_text="n’a pas accusé")).to_have_count(0)


def test_the_coordination_groups_and_answers_and_the_sender_sees_it(stack: Stack, windows: Windows) -> None:
    first, second = raised_to_coordination(2)
    cleo = windows.of(CLEO)
    windows.go(cleo, "/s/trait-union/alertes/")
    for alert in (first, second):
        row(cleo, alert).locator("[data-tick]").check()
    cleo.get_by_role("button", name="Relier").click()
    expect(cleo.locator(".messages")).to_contain_text("2 alertes reliées")
    block = cleo.locator(".board-block").filter(has=row(cleo, first)).filter(has=row(cleo, second))
    expect(block).to_contain_text("Une situation, 2 alertes")
    block.locator(f"a[href*='{first.exchange_id}']").click()
    cleo.get_by_label("pris en charge").check()
    cleo.get_by_label("Mots pour le service émetteur").fill(WORDS_BACK)
    cleo.get_by_role("button", name="Accuser réception et envoyer la réponse").click()
    expect(cleo.locator(".messages")).to_contain_text("Réponse envoyée.")

    for alert, state, answers in ((first, "réponse reçue", 1), (second, "remise", 0)):
        sender = windows.of({VICTIMS: ANA, PROGRAMME: BRUNO}[alert.service.slug])
        windows.go(sender, f"/s/{alert.service.slug}/alertes/envoyees/{alert.pk}/")
        expect(sender.locator(".page-facts")).to_contain_text(state)
        expect(sender.locator(".timeline", has_text=WORDS_BACK)).to_have_count(answers)


def row(page: Page, alert: Alert) -> Locator:
    return page.locator("[data-row]").filter(has=page.locator(f"a[href*='{alert.exchange_id}']"))
