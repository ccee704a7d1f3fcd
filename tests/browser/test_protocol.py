"""A protocol from its first article to an amendment: written, stopped, mended, simulated, signed, running."""

import re
from datetime import date, timedelta
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import MARKS
from tests.browser.scenes import ANA, BRUNO, CLEO, VICTIMS, case_of_ana
from tests.browser.test_screens import DAY, NIGHT, PICTURES, look
from tests.browser.windows import Windows

pytestmark = MARKS

COORDINATION, PROGRAMME = "trait-union", "passage"
DIANE, DORA = "diane@clairiere.example", "dora@trait-union.example"  # the directions of both parties
TITLE, READING = "Entente d’essai", "lecture (dynamique, criticité, marqueurs)"
DANGER = {"A2": "4", "A6": "4", "A10": "3", "B11": "4", "E10": "4", "E1": "3"}  # keys that read as level 4


def test_a_protocol_is_written_mended_signed_and_runs_until_an_amendment_closes_a_category(
    windows: Windows,
) -> None:
    cleo = windows.of(CLEO)
    draft = begun(windows, cleo)
    named(cleo, TITLE)
    # Agreed on paper last week: it counts here from the last signature on, and an amendment may begin today.
    in_force(cleo, since=timezone.localdate() - timedelta(days=7))
    between(cleo, A="La Clairière (fictif)", B="Coordination Trait d’union (fictive)")
    article(cleo, "2", "Lorsque la criticité atteint 4, le service alerte la coordination, avec accord.")
    article(cleo, "3", "Chacun garde la responsabilité de ses dossiers.", orders_nothing=True)
    cleo.get_by_role("link", name="Nouvelle catégorie").click()
    cleo.get_by_label("Catégorie", exact=True).select_option("C05")
    saved(cleo)
    crossing(cleo, "A", "B", {"identité minimale": "avec ou sans accord", READING: "avec ou sans accord"})
    urgency(cleo)
    rule_of_article_2(cleo)

    # Stopped by a check: nobody climbs a ladder that isn't there.
    cleo.get_by_role("link", name="Proposer à la signature").click()
    expect(cleo.locator(".finding-fault").first).to_contain_text("alerte rouge")
    expect(cleo.get_by_role("button", name="Proposer")).to_have_count(0)
    stranger = windows.of(ANA)
    with windows.foreseeing("404"):
        windows.go(stranger, f"/s/{VICTIMS}/protocoles/proposes/{draft}/")
        expect(stranger.locator("h1")).not_to_contain_text("Entente")

    # Mended, simulated, and proposed.
    windows.go(cleo, f"/s/{COORDINATION}/protocoles/projets/{draft}/")
    rung(cleo)
    expect(cleo.locator(".page-facts")).to_contain_text("aucune faute")
    simulated(cleo)
    windows.go(cleo, f"/s/{COORDINATION}/protocoles/projets/{draft}/")
    proposed(cleo)
    signed_by_both(windows, draft)

    # It fires on what Ana finalises, and reaches the one who is told.
    case = case_of_ana("Mira Lien")
    ana = windows.of(ANA)
    windows.go(ana, case)
    agreement_recorded(ana)
    assert READING in told_after_reading(windows, ana, case, cleo).casefold()

    # An amendment closes a category; both sign; the next reading no longer sends it.
    amendment = category_closed(windows, cleo)
    proposed(cleo)
    signed_by_both(windows, amendment)
    told = told_after_reading(windows, ana, case, cleo).casefold()
    assert "identité minimale" in told
    assert READING not in told
    not_of_passage(windows)


def test_the_pages_of_a_draft_can_be_used_by_everybody(windows: Windows) -> None:
    pictures = Path(PICTURES)
    cleo = windows.of(CLEO)
    windows.go(cleo, f"/s/{COORDINATION}/protocoles/projets/nouveau/")
    cleo.get_by_label("un exemple livré avec l’application").check()
    cleo.get_by_role("button", name="Commencer").click()
    expect(cleo.locator(".messages")).to_contain_text("Le projet est commencé")
    draft = cleo.url.split("#")[0]
    pages = [
        "", "texte/", "fichier/", "titre/", "parties/", "proposer/", "abandonner/", "articles/5/", "articles/nouveau/",
        "articles/5/regles/1/", "articles/0/regles/", "simuler/", "matrice/?de=VIC&vers=AUT", "../nouveau/",
        "urgences/red/", "urgences/nouvelle/", "heures/", "parties/POL/",
        "categories/C05/", "categories/nouvelle/", "bases/necessity/", "bases/nouvelle/",
    ]  # fmt: skip
    for path in pages:
        cleo.goto(draft + path)
        look(cleo, pictures / (re.sub(r"\W+", "-", path).strip("-") or "page"), [DAY, NIGHT])


def begun(windows: Windows, page: Page) -> str:
    windows.go(page, f"/s/{COORDINATION}/protocoles/")
    page.get_by_role("link", name="Nouveau protocole").click()
    page.get_by_label("un protocole vide").check()
    page.get_by_label("Nom court du protocole").fill("entente-essai")
    page.get_by_role("button", name="Commencer").click()
    expect(page.locator(".messages")).to_contain_text("Le projet est commencé")
    return page.url.split("/")[-2]


def named(page: Page, title: str) -> None:
    page.get_by_role("link", name="Titre et dates de validité").click()
    page.get_by_label("Titre").fill(title)
    saved(page)
    expect(page.locator("h1")).to_have_text(title)


def between(page: Page, **services: str) -> None:
    page.get_by_role("link", name="Dire quel service est quelle partie").click()
    for code, name in services.items():
        page.locator(f"#id_{code}").select_option(label=name)
    saved(page)


def article(page: Page, number: str, text: str, *, orders_nothing: bool = False) -> None:
    page.get_by_role("link", name="Nouvel article").click()
    page.get_by_label("Numéro").fill(number)
    page.get_by_label("Texte").fill(text)
    page.get_by_label("Cet article ne s’adresse qu’aux personnes").set_checked(orders_nothing)
    saved(page)
    expect(page.get_by_role("heading", name=f"Article {number}")).to_be_visible()


def in_force(page: Page, *, since: date) -> None:
    page.get_by_role("link", name="Titre et dates de validité").click()
    page.get_by_label("En vigueur dès le").fill(since.isoformat())
    saved(page)


def crossing(page: Page, sender: str, recipient: str, ways: dict[str, str]) -> None:
    page.get_by_label("De la partie").select_option(sender)
    page.get_by_label("à la partie").select_option(recipient)
    page.get_by_role("button", name="Dire ce qui peut passer").click()
    for category, way in ways.items():
        page.get_by_role("group", name=category).get_by_label(way).check()
    saved(page)


def urgency(page: Page) -> None:
    page.get_by_role("link", name="Nouvelle urgence").click()
    page.get_by_label("Nom court de l’urgence").fill("red")
    page.get_by_label("Nom à l’écran").fill("alerte rouge")
    within = page.get_by_role("group", name="Accusé de réception attendu")
    within.get_by_label("Nombre").fill("1")
    within.get_by_label("Unité").select_option("hours")
    saved(page)


def rung(page: Page) -> None:
    page.get_by_role("link", name="Modifier – alerte rouge").click()
    first = page.get_by_role("group", name="Échelon 1")
    first.get_by_label("Qui est prévenu").select_option("referent")
    first.get_by_label("Nombre").fill("1")
    first.get_by_label("Unité").select_option("hours")
    saved(page)


def rule_of_article_2(page: Page) -> None:
    page.get_by_role("link", name="Ajouter une règle – 2").click()
    page.get_by_label("Ligne 1 : ce qui est demandé").select_option("severity|is")
    page.get_by_label("Ligne 1 : valeur").fill("4")
    page.get_by_label("avec l’accord de la personne ; à défaut, rien").check()
    page.get_by_label("Urgence").select_option("red")
    page.get_by_label("À envoyer dans un délai de").fill("1")
    page.get_by_label("Unité").select_option("hours")
    page.get_by_label("sécurité immédiate").check()
    page.locator("summary", has_text="A → B").click()
    page.locator(".flow-agreed").get_by_label("identité minimale").check()
    page.locator(".flow-agreed").get_by_label(READING).check()
    sentence = page.locator("#sentence")
    expect(sentence).to_contain_text("Si criticité : 4.")
    expect(sentence).to_contain_text("Alerte rouge, à envoyer dans un délai de 1 heure.")
    expect(sentence).to_contain_text(f"A → B : identité minimale, {READING}")
    saved(page)
    expect(page.locator("#a1")).to_contain_text("Si criticité : 4.")


def saved(page: Page) -> None:
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".messages")).to_contain_text("C’est enregistré")


def simulated(page: Page) -> None:
    """On readings that nobody made: a worker plays them, the page follows, and says who would have been told."""
    page.get_by_role("link", name="Simuler").click()
    page.get_by_label("des lectures inventées").check()
    page.get_by_label("Combien de lectures inventées").fill("2000")
    page.get_by_role("button", name="Lancer la simulation").click()
    expect(page.get_by_role("heading", name="Qui serait informé")).to_be_visible()
    expect(page.locator(".page-facts")).to_contain_text("terminée")
    expect(page.locator(".lead-sentence")).to_contain_text("2000 lectures de")
    told = page.locator(".told tbody tr")
    expect(told).to_have_count(1)
    expect(told).to_contain_text("Coordination Trait d’union")
    expect(told).to_contain_text("alerte rouge")
    expect(page.locator("main")).to_contain_text("Lectures inventées : personne ne les a faites")


def proposed(page: Page) -> None:
    page.get_by_role("link", name="Proposer à la signature").click()
    expect(page.locator("main")).to_contain_text("La Clairière")
    page.get_by_role("button", name="Proposer").click()
    expect(page.locator(".messages")).to_contain_text("Proposé")


def signed_by_both(windows: Windows, draft: str) -> None:
    """Each direction finds what is proposed, reads it, and gives both factors; with the second it is a version."""
    for email, service, said in (
        (DIANE, VICTIMS, "Signé pour votre service"),
        (DORA, COORDINATION, "c’est désormais une version"),
    ):
        direction = windows.of(email)
        windows.go(direction, f"/s/{service}/protocoles/")
        direction.locator(f"a[href$='/proposes/{draft}/']").first.click()
        direction.get_by_role("link", name="Signer…").click()
        windows.giving_both_factors(direction, email)
        direction.get_by_role("button", name="Signer").click()
        expect(direction.locator(".messages")).to_contain_text(said)
    expect(direction.locator("h1")).to_have_text(TITLE)
    expect(direction.locator("#signatures")).to_contain_text("Diane")
    expect(direction.locator("#signatures")).to_contain_text("Dora")


def agreement_recorded(ana: Page) -> None:
    ana.get_by_role("link", name="Consigner un accord").click()
    ana.get_by_label("Pour informer").select_option(label="Coordination Trait d’union (fictive)")
    ana.get_by_label("par écrit").check()
    ana.get_by_label("identité minimale").check()
    ana.get_by_label("lecture (dynamique").check()
    ana.get_by_label("sécurité immédiate").check()
    ana.get_by_role("button", name="Enregistrer").click()
    expect(ana.locator(".messages")).to_contain_text("L’accord est consigné.")


def told_after_reading(windows: Windows, ana: Page, case: str, cleo: Page) -> str:
    """Ana reads an imminent danger and finalises; what the newest alert tells the coordination."""
    windows.go(ana, case)
    ana.get_by_role("button", name="Nouvelle lecture").click()
    for code, key in DANGER.items():
        ana.locator(f"#{code}-1").focus()
        ana.keyboard.press(key)
    expect(ana.locator("#running")).to_contain_text("4 · imminente")
    expect(ana.locator("#saved")).to_contain_text("Enregistré à")
    ana.get_by_role("link", name="Voir l’effet").first.click()
    expect(ana.locator(".envelope", has_text="Coordination Trait d’union")).to_contain_text(
        "identité minimale"
    )
    ana.get_by_role("button", name="Finaliser à 4").click()
    expect(ana.locator(".messages")).to_contain_text("Lecture finalisée.")
    windows.go(cleo, f"/s/{COORDINATION}/alertes/")
    cleo.locator(".message-row-new [data-open]").first.click()
    expect(cleo.locator("h1")).to_have_text("Alerte rouge · La Clairière (fictif)")
    told = cleo.locator("section[aria-labelledby=told-title]")
    expect(told).to_contain_text("Mira")
    return told.inner_text()


def category_closed(windows: Windows, cleo: Page) -> str:
    """The next version's draft, in which the reading no longer goes from A to B: matrix first, then the rule."""
    windows.go(cleo, f"/s/{COORDINATION}/protocoles/")
    cleo.get_by_role("link", name=f"Préparer un avenant – {TITLE}").click()
    cleo.get_by_role("button", name="Commencer").click()
    expect(cleo.locator(".page-facts")).to_contain_text("version 2")
    amendment = cleo.url.split("/")[-2]
    in_force(cleo, since=timezone.localdate())
    crossing(cleo, "A", "B", {READING: "jamais"})
    expect(cleo.locator(".finding-fault").first).to_contain_text("ne laisse pas passer C05")
    cleo.get_by_role("link", name="Modifier cette règle").click()
    saved(cleo)
    expect(cleo.locator(".page-facts")).to_contain_text("aucune faute")
    return amendment


def not_of_passage(windows: Windows) -> None:
    """A service that is no party of it neither sees it nor was told under it."""
    bruno = windows.of(BRUNO)
    windows.go(bruno, f"/s/{PROGRAMME}/protocoles/")
    expect(bruno.locator("h1")).to_have_text("Protocoles")
    expect(bruno.locator("main")).not_to_contain_text(TITLE)
