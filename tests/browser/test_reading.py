"""A reading from the first key to the chart: filled in by keyboard, lowered, read by somebody else."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import MARKS
from tests.browser.scenes import ANA, RITA, VICTIMS, case_read_before
from tests.browser.windows import Windows

pytestmark = MARKS

LAST_TIME = {"A1": "recent", "A2": "recent", "A8": "absent"}
NOW = {"A6": "4", "B11": "4", "E10": "3", "E1": "1"}
MOTIVE = "La séquestration remonte à plusieurs mois ; un plan de sécurité tient depuis."


def test_a_reading_is_filled_in_lowered_read_again_and_drawn(windows: Windows) -> None:
    case = case_read_before("Noa Parcours", LAST_TIME)
    ana = windows.of(ANA)
    windows.go(ana, case)
    ana.get_by_role("button", name="Nouvelle lecture").press("Enter")
    confirm_and_answer(ana)
    lower(ana)
    reading = ana.url

    rita = windows.of(RITA)
    rita.goto(reading)
    expect(rita.locator("main")).to_contain_text(MOTIVE)
    rita.get_by_label("Je confirme le niveau plus bas").press("Space")
    rita.get_by_label("Pourquoi").fill("Le plan tient, les proches sont là.")
    rita.get_by_role("button", name="Enregistrer la seconde lecture").press("Enter")
    expect(rita.locator(".messages")).to_contain_text("seconde lecture est enregistrée")

    ana.goto(reading)
    expect(ana.locator("main")).to_contain_text("Le plan tient")
    windows.go(ana, f"/s/{VICTIMS}/lectures/dossier/{case.split('/')[-2]}/parcours/")
    chart = ana.get_by_role("img")
    expect(chart.locator(".course-point")).to_have_count(2)
    expect(ana.get_by_role("table")).to_contain_text("2 · modérée")
    assert Axe().run(ana).violations_count == 0


def confirm_and_answer(ana: Page) -> None:
    """Two answers as last time, one changed, the rest new; the mouse is never touched."""
    expect(ana.locator(".to-review").first).to_contain_text("3 réponses de la lecture précédente")
    for code in ("A1", "A2"):
        ana.locator(f"#{code}-1").focus()
        ana.keyboard.press("=")
        expect(ana.locator(f"#{code}-3")).to_be_checked()
    for code, key in ({"A8": "1"} | NOW).items():
        ana.locator(f"#{code}-1").focus()
        ana.keyboard.press(key)
        expect(ana.locator(f"#{code}-{key}")).to_be_checked()
    expect(ana.locator("#saved")).to_contain_text("Enregistré à")
    expect(ana.locator("#running")).to_contain_text("3 · élevée")
    expect(ana.locator(".to-review")).to_have_count(0)
    assert Axe().run(ana).violations_count == 0


def lower(ana: Page) -> None:
    ana.get_by_role("link", name="Voir l’effet").first.press("Enter")
    ana.get_by_label("2 – modérée").press("Space")
    expect(ana.locator("#effect")).to_contain_text("Une seconde lecture est demandée")
    ana.get_by_label("Motif").fill(MOTIVE)
    assert Axe().run(ana).violations_count == 0
    ana.get_by_role("button", name="Finaliser à 3").press("Enter")
    expect(ana.locator(".messages")).to_contain_text("Lecture finalisée.")
