"""The course of a case: what other instruments said beside it, two readings compared, and all of it on a telephone."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from assessment.factories import LEVEL_1, LEVEL_2, LEVEL_3
from tests.browser.conftest import MARKS
from tests.browser.scenes import ANA, VICTIMS, case_read_often
from tests.browser.windows import NARROW, Windows, id_in

pytestmark = MARKS
READ = [LEVEL_1, LEVEL_2, LEVEL_3 | {"A8": "unknown"}, LEVEL_2 | {"A2": "recent"}, LEVEL_3] * 4


def test_a_rating_is_recorded_taken_back_and_restored(windows: Windows) -> None:
    case = case_read_often("Nina Ailleurs", READ[:3])
    page = windows.of(ANA)
    windows.go(page, case)
    page.get_by_role("link", name="Consigner une évaluation").press("Enter")
    assert_axe_is_content(page)
    page.get_by_role("link", name="VioGén").press("Enter")
    page.get_by_label("Version").fill("VPR5.0")
    page.get_by_label("élevé").press("Space")
    page.get_by_label("Jour de l’évaluation").fill("2999-01-01")
    page.get_by_label("Évaluation faite par").fill("Zone de police des Trois Ponts")
    assert_axe_is_content(page)
    with windows.foreseeing("422"):
        page.get_by_role("button", name="Enregistrer").press("Enter")
        expect(page.locator(".error-summary")).to_contain_text("Cette date est dans le futur")
    expect(page.get_by_label("élevé")).to_be_checked()
    page.get_by_label("Jour de l’évaluation").fill("2026-01-15")
    page.get_by_role("button", name="Enregistrer").press("Enter")
    beside = page.locator("section[aria-labelledby=ratings]")
    expect(beside).to_contain_text("VioGén VPR5.0 : élevé")

    beside.get_by_role("link", name="Retirer").press("Enter")
    page.get_by_label("Pourquoi").fill("C’était un autre dossier.")
    page.get_by_role("button", name="Retirer").press("Enter")
    expect(page.locator(".ratings")).to_contain_text("C’était un autre dossier.")
    expect(page.locator(".course-mark")).to_have_count(0)
    assert_axe_is_content(page)
    page.get_by_role("button", name="Rétablir").press("Enter")
    expect(page.locator(".course-mark")).to_have_count(1)
    assert_axe_is_content(page)


def test_two_readings_are_compared_without_a_script(windows: Windows) -> None:
    case = case_read_often("Nour Double", READ[:3])
    page = windows.of(ANA, java_script_enabled=False)
    windows.go(page, course_of(case))
    page.get_by_label("La lecture du").select_option(index=0)
    page.get_by_role("button", name="Comparer").press("Enter")
    expect(page.locator(".comparison")).to_contain_text("Séquestration")
    expect(page.locator(".changes").last).to_contain_text("niveau relevé")


def test_on_a_telephone_the_chart_opens_at_its_newest_end_and_keys_lead_back(windows: Windows) -> None:
    case = case_read_often("Nil Poche", READ)
    page = windows.of(ANA, viewport=NARROW)
    windows.go(page, course_of(case))
    points = page.locator(".course-point circle")
    expect(points.last).to_be_in_viewport(ratio=1)
    expect(points.first).not_to_be_in_viewport()
    expect(page.locator(".course-names text").first).to_be_in_viewport(ratio=0.9)
    page.locator(".course-scroll").focus()
    for _ in range(20):
        page.keyboard.press("ArrowLeft")
    expect(points.first).to_be_in_viewport(ratio=1)
    page.get_by_role("button", name="Comparer").press("Enter")
    expect(page.locator(".comparison-group")).not_to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert_axe_is_content(page)


def course_of(case: str) -> str:
    return f"/s/{VICTIMS}/lectures/dossier/{id_in(case)}/parcours/"


def assert_axe_is_content(page: Page) -> None:
    assert Axe().run(page).violations_count == 0
