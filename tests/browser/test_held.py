"""What waits for a second person: an alert without agreement, a level that was lowered."""

from playwright.sync_api import Page, expect

from assessment.factories import LEVEL_3, LEVEL_4
from pole.runtime.stack import Stack
from tests.browser.conftest import MARKS
from tests.browser.scenes import ANA, BRUNO, CARLA, POLICE, PROGRAMME, RITA, draft_of_ana, letters
from tests.browser.windows import Windows
from tests.running import eventually

pytestmark = MARKS

MOTIVE = "Danger grave et actuel, pas d’autre moyen, minimum transmis."


def test_without_agreement_the_alert_waits_until_the_referent_releases_it(
    stack: Stack, windows: Windows
) -> None:
    before = len(letters(stack, PROGRAMME))
    ana = windows.of(ANA)
    windows.go(ana, draft_of_ana("Mira Sansaccord", LEVEL_3))
    ana.get_by_role("link", name="Voir l’effet").first.click()
    held = ana.locator(".envelope", has_text="Passage")
    expect(held).to_contain_text("la personne n’a pas donné son accord")
    ana.get_by_role("button", name="Finaliser à 3").click()
    expect(ana.locator(".messages")).to_contain_text("retenue")
    bruno = windows.of(BRUNO)
    windows.go(bruno, f"/s/{PROGRAMME}/alertes/")
    there_before = set(rows(bruno))

    rita = windows.of(RITA)
    windows.go(rita, "/s/clairiere/alertes/retenues/")
    row = rita.locator(".message-row", has_text="Mira Sansaccord").filter(has_text="Passage")
    row.get_by_role("link").click()
    rita.get_by_label("L’envoyer, sur une autre base").check()
    rita.get_by_label("Motif").fill(MOTIVE)
    with windows.foreseeing("422"):
        rita.get_by_role("button", name="Enregistrer la décision").click()
        expect(rita.get_by_role("alert")).to_contain_text("Choisissez la base")
    expect(rita.get_by_label("Motif")).to_have_value(MOTIVE)
    rita.get_by_label("Base légale").select_option(index=1)
    rita.get_by_role("button", name="Enregistrer la décision").click()
    expect(rita.locator(".messages")).to_contain_text("Envoyée.")
    expect(rita.locator("main")).to_contain_text(MOTIVE)

    bruno.reload()
    [new] = set(rows(bruno)) - there_before
    windows.go(bruno, new)
    expect(bruno.locator("main")).to_contain_text("Mira Sansaccord")
    expect(bruno.locator("main")).not_to_contain_text(MOTIVE)
    eventually(lambda: len(letters(stack, PROGRAMME)) > before)


def test_a_lowered_level_waits_for_its_second_reader(windows: Windows) -> None:
    ana = windows.of(ANA)
    windows.go(ana, draft_of_ana("Lise Abaissée", LEVEL_4))
    ana.get_by_role("link", name="Voir l’effet").first.click()
    expect(ana.locator("#effect")).to_contain_text("Zone de police")
    ana.get_by_label("2 – modérée").check()
    expect(ana.locator("#effect")).to_contain_text("Niveau abaissé")
    with windows.foreseeing("422"):
        ana.locator("#effect").get_by_role("button", name="Finaliser à").click()
        expect(ana.get_by_role("alert")).to_be_visible()  # the motive is missing
    ana.get_by_label("Motif").fill("Éloignement effectif, vérifié.")
    ana.locator("#effect").get_by_role("button", name="Finaliser à").click()
    expect(ana.get_by_text("Une seconde lecture est attendue")).to_be_visible()
    expect(ana.get_by_role("heading", name="Votre seconde lecture")).to_have_count(0)
    reading = ana.url

    rita = windows.of(RITA)
    windows.go(rita, "/s/clairiere/")
    wanted = rita.locator("section", has=rita.get_by_role("heading", name="Seconde lecture demandée"))
    wanted.get_by_role("listitem").filter(has_text="Ana").get_by_role("link").last.click()
    rita.goto(reading)
    rita.get_by_label("Je confirme le niveau plus bas").check()
    rita.get_by_label("Pourquoi").fill("Lu ensemble, je partage cette lecture.")
    rita.get_by_role("button", name="Enregistrer la seconde lecture").click()
    expect(rita.locator(".messages")).to_contain_text("Votre seconde lecture est enregistrée.")
    expect(rita.locator(".page-facts")).to_contain_text("2 · modérée")
    carla = windows.of(CARLA)
    windows.go(carla, f"/s/{POLICE}/alertes/")
    for address in rows(carla):
        windows.go(carla, address)
        expect(carla.locator("main")).not_to_contain_text("Lise Abaissée")


def rows(page: Page) -> list[str]:
    """The addresses behind a list of alerts."""
    return page.locator(".message-row a").evaluate_all("links => links.map(link => link.pathname)")
