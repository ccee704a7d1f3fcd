"""Pages that a direction or a coordination opens now and then: channels, mail, grids compared, protocols in work."""

import re

from playwright.sync_api import FilePayload, Page, expect

from assessment.grids.loading import text_of
from pole.runtime.stack import Stack
from tests.browser.conftest import MARKS
from tests.browser.scenes import (
    DIANE,
    channels_of_diane,
    comparison_of_diane,
    mail_in_every_state,
)
from tests.browser.test_screens import DAY, LOOKS, NIGHT, look, named, screens
from tests.browser.windows import Windows

pytestmark = MARKS
__all__ = ["screens"]


def test_channels_can_be_read_by_everybody_and_nothing_ends_without_being_asked_again(
    windows: Windows, screens
) -> None:
    revoking = channels_of_diane()
    page = windows.of(DIANE)
    for path in ["canaux/", "canaux/arret/", revoking]:
        windows.go(page, f"/s/clairiere/{path}")
        look(page, screens / named("channels", re.sub(r"[0-9a-f-]{36}", "x", path)), [DAY, NIGHT])
    page.get_by_role("button", name="Révoquer").click()
    expect(page.locator(".messages")).to_contain_text("ce jeton n’ouvre plus rien")
    expect(page.locator("main")).not_to_contain_text("Dossiers")
    page.get_by_role("link", name="Ne plus l’appeler").click()
    page.get_by_role("link", name="Retour").last.click()
    expect(page.locator("main")).to_contain_text("Votre système est appelé pour chaque alerte")


def test_channels_are_set_by_keyboard_alone_and_the_secret_can_be_read(windows: Windows, screens) -> None:
    page = windows.of(DIANE)
    windows.go(page, "/s/clairiere/canaux/")
    reach(page, "input[name=url]")
    page.keyboard.type("https://dossiers.clairiere.example/pole/autres")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Secret des appels : copiez-le maintenant")).to_be_visible()
    look(page, screens / "channels-secret", [DAY, NIGHT])
    reach(page, "input[name=system]")
    page.keyboard.type("Main courante")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Jeton du système : copiez-le maintenant")).to_be_visible()
    look(page, screens / "channels-token", [DAY, NIGHT])


def test_the_certificate_is_asked_about_before_it_goes(stack: Stack, windows: Windows, screens) -> None:
    mail_in_every_state()
    page = windows.of(DIANE)
    windows.go(page, "/s/clairiere/courriel/")
    page.get_by_role("link", name="Retirer le certificat").click()
    expect(page.locator("h1")).to_have_text("Retirer le certificat ?")
    look(page, screens / "mail-remove", [DAY, NIGHT])


def test_grids_compared_can_be_read_by_everybody(windows: Windows, screens) -> None:
    page, path = windows.of(DIANE), comparison_of_diane()
    windows.go(page, f"/s/clairiere/{path}")
    expect(page.locator("#moves-title")).to_be_visible()
    look(page, screens / "grids-compared", [DAY, NIGHT])


def test_what_is_wrong_in_a_grid_can_be_read_by_everybody(windows: Windows, screens) -> None:
    text = text_of("pdc-1").replace("grid: pdc-1\n", "grid: la-notre\n", 1)
    unread = text.replace("full_within: 72 hours", "full_within: bientôt", 1)
    never = text.replace("    when: contested\n", "    when: {all: [contested, losing_control]}\n", 1)
    page = windows.of(DIANE)
    for name, written, said in (
        ("grid-unread", unread, "ligne 333, levels[3].full_within – On attend un délai"),
        ("grid-never", never, "Le type T3 n’est jamais atteint"),
    ):
        with windows.foreseeing("422"):
            windows.go(page, "/s/clairiere/lectures/grilles/")
            page.locator("input[type=file]").set_input_files(
                FilePayload(name="la-notre.yaml", mimeType="application/yaml", buffer=written.encode())
            )
            page.get_by_role("button", name="L’examiner").click()
            expect(page.locator("main")).to_contain_text(said)
            look(page, screens / name, [DAY, NIGHT])


def test_a_register_with_rows_can_be_read_by_everybody(windows: Windows, screens) -> None:
    page = windows.of(DIANE)
    windows.go(page, "/s/clairiere/registre/")
    expect(page.locator("main tbody tr").first).to_be_visible()
    look(page, screens / "register", LOOKS)


def reach(page: Page, selector: str) -> None:
    """Tab by Tab, as somebody without a mouse."""
    for _step in range(80):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by keyboard")
