"""The board, worked: on a telephone, by keyboard, and seen by whoever sent."""

import re

from playwright.sync_api import expect

from assessment.factories import LEVEL_4
from pole.runtime.stack import Stack
from tests.browser.conftest import MARKS
from tests.browser.scenes import (
    ANA,
    BRUNO,
    CARLA,
    POLICE,
    PROGRAMME,
    VICTIMS,
    finalised_by,
)
from tests.browser.windows import NARROW, WIDE, Windows

pytestmark = MARKS


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
    expect(bruno).to_have_title(re.compile(r"^\(\d+\) "))
