"""What a telephone shows without scrolling, and what a sheet of paper keeps."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from assessment.factories import LEVEL_4
from pole.tenancy.models import Service
from tests.browser.conftest import MARKS
from tests.browser.scenes import ANA, CARLA, POLICE, VICTIMS, case_of_ana, finalised_by
from tests.browser.windows import NARROW, WIDE, Windows

pytestmark = MARKS
BEYOND = """names => [...document.querySelectorAll(names)]
    .filter(each => each.getBoundingClientRect().right > document.documentElement.clientWidth)
    .map(each => each.textContent.trim())"""
LINES = "names => new Set([...document.querySelectorAll(names)].map(each => each.offsetTop)).size"


def test_every_tab_of_the_alerts_is_in_sight(windows: Windows) -> None:
    for looks, lines in ((NARROW, {1, 2}), (WIDE, {1})):
        page = windows.of(ANA, viewport=looks)
        windows.go(page, f"/s/{VICTIMS}/alertes/")
        expect(page.locator(".tabs a")).to_have_count(7)
        assert page.evaluate(BEYOND, ".tabs a") == []
        assert page.evaluate(LINES, ".tabs li") in lines


def test_the_first_question_of_the_grid_is_on_the_first_screen_of_a_telephone(windows: Windows) -> None:
    page = windows.of(ANA, viewport=NARROW)
    windows.go(page, case_of_ana("Lise Courte"))
    page.get_by_role("button", name="Nouvelle lecture").first.click()
    question = page.get_by_text("Impose ses règles au quotidien").first
    expect(question).to_be_visible()
    assert top_of(page, question) < top_of(page, page.locator("#reading nav, .rail").last)
    expect(page.locator(".running")).to_contain_text("non validée sauf si sa notice dit le contraire")


def test_the_paper_of_an_alert_keeps_what_was_said_and_nothing_to_fill_in(windows: Windows) -> None:
    police = Service.objects.get(slug=POLICE)
    alerts = finalised_by(ANA, "Paula Papier", LEVEL_4, ago=timedelta(minutes=1))
    [alert] = [each for each in alerts if each.recipient_id == police.pk]
    page = windows.of(CARLA)
    windows.go(page, f"/s/{POLICE}/alertes/recues/{alert.exchange_id}/")
    expect(page.get_by_role("group", name="Issue")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Ce qu’il ne faut pas faire")).to_be_visible()
    expect(page.get_by_text("Paula Papier")).to_be_visible()
    expect(page.locator("main form:visible, main textarea:visible")).to_have_count(0)
    foot = page.locator(".print-foot")
    expect(foot).to_be_visible()
    assert top_of(page, foot) > top_of(page, page.get_by_role("heading", name="À quel titre"))


def top_of(page: Page, found) -> float:
    box = found.bounding_box()
    assert box is not None
    return box["y"]
