"""Every page of everybody's navigation, looked at wide and narrow, light and dark.

`POLE_PICTURES=folder` keeps four pictures of each page there, for whoever wants to look at them.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from assessment.factories import LEVEL_3, LEVEL_4
from pole.runtime.stack import Stack
from tests.browser.conftest import MARKS
from tests.browser.on_duty import DIANE, alert_that_nobody_has, rota_of_the_victims
from tests.browser.scenes import (
    ANA,
    BRUNO,
    CLEO,
    NOE,
    advice_of_ana,
    amendment_proposed,
    case_of_ana,
    case_read_before,
    contested_alert,
    draft_of_ana,
    exercise_of_cleo,
    finalised_by,
    mail_in_every_state,
    noe_of_two_services,
    simulation_that_waits,
    two_realities,
)
from tests.browser.windows import NARROW, WIDE, Windows

pytestmark = MARKS

Look = tuple[str, dict[str, int]]
LOOKS: list[Look] = [("light", WIDE), ("light", NARROW), ("dark", NARROW), ("dark", WIDE)]
DAY, NIGHT = LOOKS[0], LOOKS[2]
AXE = Axe().axe_script
ONLY_WRONG = {"resultTypes": ["violations"]}  # what is right need not be listed node by node
PICTURES = os.environ.get("POLE_PICTURES", "")

# Behind these lists, the first of each kind of page.
LISTS = {
    "dossiers/?qui=tous": "main table a[href*='/dossiers/']",
    "alertes/": ".message-row a",
    "alertes/envoyees/": ".message-row a",
    "alertes/retenues/": ".message-row a",
    "alertes/urgences/": ".message-row a",
    "alertes/desaccords/": "main .rows a",
    "alertes/conseils/": "main .rows a",
}
PROTOCOLS = {"protocoles/": ".page-main a[href*='/protocoles/']"}
# What a case's page leads to: one of each.
FROM_A_CASE = ["/alertes/lecture/", "/transmis/", "/alerter/", "/parcours/", "/historique/"]
FORMS = [
    "/fait/", "/mesures/", "/accords/", "/taches/", "/equipe/", "/personnes/", "/resume/", "/fermer/",
    "/evaluations/",
]  # fmt: skip

# Senders on the board that what is awaited lies over.
COVERED = """[...document.querySelectorAll("[data-row]")].filter((row) => {
  const [who, awaited] = ["[data-open]", ".message-row-state > *"].map((part) =>
    row.querySelector(part)?.getBoundingClientRect());
  return awaited && who.right > awaited.left && who.left < awaited.right
    && who.bottom > awaited.top && who.top < awaited.bottom;
}).map((row) => row.textContent.trim().replace(/\\s+/g, " "))"""


@dataclass(frozen=True)
class Walk:
    """Whose pages, how many at least, and in which looks axe judges them: each kind of page in both by somebody."""

    slug: str
    least: int
    judged: list[Look]
    lists: dict[str, str] = field(default_factory=lambda: LISTS)
    from_a_case: list[str] = field(default_factory=lambda: FROM_A_CASE)
    besides: list[str] = field(default_factory=list)


WALKS = {
    "ana@clairiere.example": Walk(
        "clairiere", 25, [DAY, NIGHT], LISTS | PROTOCOLS, FROM_A_CASE + FORMS,
        ["dossiers/nouveau/", "dossiers/autre/", "lectures/a-refaire/", "alertes/conseils/demander/"],
    ),
    "rita@clairiere.example": Walk(
        "clairiere", 14, [NIGHT], besides=["lectures/statistiques/", "alertes/desaccords/", "alertes/mesures/"]
    ),
    "diane@clairiere.example": Walk(
        "clairiere", 15, [DAY],
        besides=[
            "service/membres/", "service/coordonnees/", "lectures/grilles/", "lectures/grilles/pdc-1/", "courriel/",
        ],
    ),
    "olga@clairiere.example": Walk("clairiere", 4, [NIGHT], lists={}, besides=["courriel/"]),
    "bruno@passage.example": Walk("passage", 10, [DAY]),
    "carla@zone-aval.example": Walk("zone-aval", 10, [NIGHT]),
    "cleo@trait-union.example": Walk("trait-union", 6, [DAY], lists={"alertes/conseils/": "main .rows a"}),
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def something_to_see(stack: Stack) -> None:
    """Alerts sent, received and held, whatever the synthetic cases of the day bring."""
    finalised_by(ANA, "Zoé Rouge", LEVEL_4)
    finalised_by(ANA, "Zita Orange", LEVEL_3)
    finalised_by(BRUNO, "Zeno Rouge", LEVEL_4)
    advice_of_ana()
    mail_in_every_state()
    two_realities("Zoé Réelle", "Zeno Réel")


@pytest.fixture(scope="module")
def screens() -> Path:
    """Where the pictures go, if any are kept."""
    return Path(PICTURES)


@pytest.mark.parametrize("email", WALKS)
def test_every_page_can_be_read_by_everybody(windows: Windows, screens: Path, email: str) -> None:
    walk, page = WALKS[email], windows.of(email)
    paths = list(dict.fromkeys(pages_of(windows, page, walk)))
    assert len(paths) >= walk.least, f"pages were not found: {paths}"
    for path in paths:
        windows.go(page, path)
        look(page, screens / named(email, path), walk.judged)


def test_the_inbox_of_two_services_can_be_read_by_everybody(windows: Windows, screens: Path) -> None:
    noe_of_two_services()
    page = windows.of(NOE)
    for path in ["/recu/", "/s/passage/"]:
        windows.go(page, path)
        expect(page.locator(".inbox-count")).to_have_text(re.compile(r"\d"))
        look(page, screens / named(NOE, path), [DAY, NIGHT])
    windows.go(page, "/recu/")
    for _row in range(2):
        page.keyboard.press("j")
    at_second = page.evaluate("document.activeElement.href")
    assert at_second == page.locator("[data-open]").nth(1).evaluate("link => link.href")
    page.keyboard.press("Enter")
    page.wait_for_url(at_second)


def test_a_reading_under_way_can_be_read_by_everybody(windows: Windows, screens: Path) -> None:
    page, draft = windows.of(ANA), draft_of_ana("Vera Lisible", LEVEL_4)
    for path in [draft, f"{draft.replace('/lectures/', '/alertes/lecture/')}apercu/"]:
        windows.go(page, path)
        look(page, screens / named(ANA, path), [DAY, NIGHT])


def test_a_duty_rota_can_be_read_by_everybody(windows: Windows, screens: Path) -> None:
    turn, page = rota_of_the_victims(), windows.of(DIANE)
    rota = "/s/clairiere/service/garde/"
    following = (timezone.localdate() + timedelta(weeks=3)).isoformat()
    for path in [rota, f"{rota}?jour={following}", f"{rota}ajouter/", turn]:
        windows.go(page, path)
        look(page, screens / named(DIANE, "/tour/" if path == turn else path.replace("?", "-")), [DAY, NIGHT])
    page.get_by_role("button", name="Retirer").click()
    expect(page.get_by_text("n’est plus de garde")).to_be_visible()
    look(page, screens / named(DIANE, "garde-retiree"), [DAY, NIGHT])
    page.get_by_role("button", name="Annuler").click()
    expect(page.get_by_text("La garde est remise")).to_be_visible()
    windows.go(page, rota)
    page.locator(".duty-today .duty-line a").first.click()
    expect(page.get_by_text("Elle prend fin maintenant")).to_be_visible()
    look(page, screens / named(DIANE, "garde-en-cours"), [DAY, NIGHT])
    page.get_by_role("button", name="Retirer").click()
    expect(page.get_by_text("n’est plus de garde")).to_be_visible()
    look(page, screens / named(DIANE, "garde-en-cours-retiree"), [DAY, NIGHT])
    page.get_by_role("button", name="Annuler").click()
    expect(page.get_by_text("La garde est remise")).to_be_visible()
    reader = windows.of(ANA)
    windows.go(reader, rota)
    look(reader, screens / named(ANA, rota), [DAY, NIGHT])
    reader.emulate_media(media="print")
    if PICTURES:
        reader.screenshot(path=f"{screens}/garde-papier.jpg", full_page=True, type="jpeg")


def test_an_alert_that_nobody_has_can_be_read_by_everybody(windows: Windows, screens: Path) -> None:
    hers, theirs = alert_that_nobody_has("Zara Attente")
    for email, path, name in [
        (ANA, hers, "sans-accuse"),
        (CLEO, theirs, "sans-accuse"),
        (CLEO, "/s/trait-union/", "bord"),
        (CLEO, "/s/trait-union/alertes/", "tableau"),
    ]:
        page = windows.of(email)
        windows.go(page, path)
        look(page, screens / named(email, f"-{name}"), [DAY, NIGHT])
    page.get_by_role("link", name="La Clairière (fictif)").first.click()
    page.get_by_role("button", name="J’appelle").click()
    expect(page.get_by_text("pris en main par Cléo")).to_be_visible()


def test_a_board_at_work_can_be_read_by_everybody(windows: Windows, screens: Path) -> None:
    """With a block, ticks, the filter and what is rarer open, and one that nobody acknowledged."""
    finalised_by(ANA, "Hilde Lisible", LEVEL_4, ago=timedelta(hours=1))
    page = windows.of("carla@zone-aval.example")
    windows.go(page, "/s/zone-aval/alertes/")
    for number in range(2):
        page.locator("[data-tick]").nth(number).check()
    page.get_by_role("button", name="Relier").click()
    expect(page.locator(".board-block")).not_to_have_count(0)
    page.locator("[data-tick]").first.check()
    for width in (NARROW["width"], 768, 1100, WIDE["width"]):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(COVERED) == [], f"at {width} px what is awaited covers who wrote"
    page.locator("main details").evaluate_all("all => all.forEach(each => each.open = true)")
    look(page, screens / named("carla", "tableau"), [DAY, NIGHT])


def test_an_alert_by_hand_can_be_read_by_everybody(windows: Windows, screens: Path) -> None:
    page = windows.of(ANA)
    windows.go(page, f"{case_of_ana('Mona Lisible').replace('/dossiers/', '/alertes/dossiers/')}alerter/")
    page.get_by_role("link", name="Écrire cette alerte").first.click()
    expect(page.get_by_label("Ce qui s’est passé")).to_be_visible()
    look(page, screens / named(ANA, "alerter-ecrire"), [DAY, NIGHT])


def test_why_something_left_can_be_read_by_everybody(windows: Windows, screens: Path) -> None:
    page = windows.of(ANA)
    windows.go(page, case_read_before("Nadia Lisible", LEVEL_4))
    page.locator("main a[href*='/alertes/lecture/']").first.click()
    page.get_by_role("link", name="Pourquoi ceci est parti, et cela non").click()
    expect(page.get_by_role("heading", name="Ce qui s’est appliqué")).to_be_visible()
    look(page, screens / named(ANA, "pourquoi"), [DAY, NIGHT])


@pytest.mark.timeout(400)
def test_a_contested_alert_can_be_read_by_everybody(windows: Windows, screens: Path) -> None:
    for number, (email, path) in enumerate(contested_alert("Zélie Contestée")):
        page = windows.of(email)
        windows.go(page, path)
        look(page, screens / named(email, f"/contested-{number}"), [DAY, NIGHT])


def test_an_exercise_can_be_read_by_everybody(windows: Windows, screens: Path) -> None:
    under_way, over = exercise_of_cleo(is_over=False), exercise_of_cleo(is_over=True)
    reader = [
        under_way,
        f"{under_way}vignettes/la-balise/",
        f"{over}resultats/",
        f"{over}resultats/la-balise/",
    ]
    organiser = ["exercices/", under_way, f"{under_way}clore/", f"{over}resultats/", "exercices/nouveau/"]
    for email, slug, paths in [(ANA, "clairiere", reader), (CLEO, "trait-union", organiser)]:
        page = windows.of(email)
        for path in paths:
            windows.go(page, f"/s/{slug}/{path}")
            look(page, screens / named(email, path), [DAY, NIGHT])


def test_a_protocol_that_is_signed_can_be_read_by_everybody(windows: Windows, screens: Path) -> None:
    version, proposal = amendment_proposed()
    page = windows.of("diane@clairiere.example")
    paths = [
        *(version + more for more in ("", "suspendre/", "se-retirer/")),
        *(proposal + more for more in ("", "change/", "signer/", "refuser/")),
    ]
    for path in ["protocoles/", *paths]:
        windows.go(page, f"/s/clairiere/{path}")
        look(page, screens / named("life", re.sub(r"[0-9a-f-]{36}", "x", path)), [DAY, NIGHT])


def test_a_simulation_of_ones_own_past_can_be_read_by_everybody(windows: Windows, screens: Path) -> None:
    _version, proposal = amendment_proposed()
    for n in range(5):  # enough to be shown to the other parties
        finalised_by(ANA, f"Zélie Nombre {n}", LEVEL_4)
    page = windows.of("diane@clairiere.example")
    windows.go(page, f"/s/clairiere/{proposal}")
    page.get_by_role("link", name="Simuler").click()
    look(page, screens / "simulation-begin", [DAY])
    page.get_by_role("button", name="Lancer la simulation").click()
    page.locator(".weeks summary").click()
    look(page, screens / "simulation-past", [DAY, NIGHT])
    page.get_by_role("link", name="Montrer les nombres aux parties…").click()
    look(page, screens / "simulation-publish", [DAY])
    page.get_by_role("button", name="Les montrer").click()
    expect(page.locator(".messages")).to_contain_text("Montré")
    expect(page.locator(".cells").first).to_contain_text("alerte rouge")
    look(page, screens / "simulation-published", [NIGHT])


def test_a_simulation_under_way_can_be_read_and_stopped_by_everybody(windows: Windows, screens: Path) -> None:
    _version, proposal = amendment_proposed()
    page, waiting = windows.of(CLEO), simulation_that_waits(proposal)
    windows.go(page, waiting)
    expect(page.locator("progress")).to_be_visible()
    look(page, screens / "simulation-under-way", [NIGHT])
    page.get_by_role("link", name="Simuler le projet").click()
    look(page, screens / "simulation-busy", [DAY])
    page.get_by_role("link", name="Voir où elle en est").click()
    page.get_by_role("button", name="Arrêter").click()
    expect(page.locator(".banner", has_text="Arrêtée avant la fin")).to_be_visible()
    look(page, screens / "simulation-invented", [DAY, NIGHT])


def test_pages_of_the_account_and_errors_can_be_read_by_everybody(windows: Windows, screens: Path) -> None:
    page = windows.of("olga@clairiere.example")
    paths = ["/", "/compte/second-facteur/", "/compte/mot-de-passe/", "/p/"]
    with windows.foreseeing("403", "404"):
        for path in [*paths, "/s/clairiere/dossiers/", "/s/passage/"]:
            windows.go(page, path)
            look(page, screens / named("account", path), [DAY, NIGHT])


def pages_of(windows: Windows, page: Page, walk: Walk) -> Iterator[str]:
    """The rail, the tabs of alerts, the first of each kind behind a list, and what a case's page leads to."""
    home = f"/s/{walk.slug}/"
    windows.go(page, home)
    rail = links_of(page, ".rail a")
    yield from rail
    if f"{home}alertes/" in rail:
        yield from (f"{home}alertes/envoyees/", f"{home}alertes/retenues/")
    yield from (home + path for path in walk.besides)
    for path, links in walk.lists.items():
        windows.go(page, home + path)
        for first in links_of(page, links)[:1]:
            yield first
            if "/dossiers/" in first:
                windows.go(page, first)
                there = links_of(page, "main a")
                for way in walk.from_a_case:
                    yield from [each for each in there if way in each][:1]


def links_of(page: Page, links: str) -> list[str]:
    return page.locator(links).evaluate_all("links => links.map(link => link.pathname)")


def named(who: str, path: str) -> str:
    return f"{who.partition('@')[0]}{path.replace('/', '-').rstrip('-')}"


def look(page: Page, picture: Path, judged: list[Look]) -> None:
    """Everything a machine can see wrong in a page."""
    assert page.locator("html").get_attribute("lang") == "fr-BE"
    # Neutral, whatever the page: how many alerts wait may stand before it.
    assert re.fullmatch(r"(\(\d+\) )?Espace de travail", page.title())
    expect(page.locator("h1")).to_have_count(1)
    assert page.locator("h1").inner_text().strip()
    for scheme, size in LOOKS if PICTURES else (DAY, NIGHT):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=scheme)
        if PICTURES:
            path = f"{picture}-{size['width']}-{scheme}.jpg"
            page.screenshot(path=path, full_page=True, type="jpeg", quality=70)
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wider <= 0, f"{page.url} is {wider} px wider than {size['width']}"
        if (scheme, size) in judged:
            grave = judged_by_axe(page)
            assert grave == [], f"{page.url}, {size['width']} px, {scheme}: {grave}"


def judged_by_axe(page: Page) -> list[tuple[str, list[list[str]]]]:
    """The rules broken that keep somebody out, and where."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    return [
        (found["id"], [node["target"] for node in found["nodes"]])
        for found in page.evaluate("options => axe.run(options)", ONLY_WRONG)["violations"]
        if found["impact"] in {"serious", "critical"}
    ]
