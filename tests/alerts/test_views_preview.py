"""Before finalising: what it would do is shown, nothing is written, nothing typed is lost."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.db import connection

from alerts import factories
from alerts.models import Alert
from alerts.preview import effect_of
from assessment import factories as readings
from assessment.factories import LEVEL_3, LEVEL_4
from assessment.services import Given, save_answers
from assessment.stored import answers_of
from cases import factories as cases
from pole.tenancy.context import inside
from protocols.models import Exchange
from protocols.registry import register_version, shipped_text
from tests.alerts.screens import (
    alerts_of,
    get,
    in_force,
    post,
    queries_of,
    received_by,
    signed_between,
    text_of,
    undefined_variables_fail,
)
from tests.cast import Cast

pytestmark = pytest.mark.django_db
__all__ = ["in_force", "undefined_variables_fail"]


def draft(cast: Cast, answers=LEVEL_4):
    with inside(cast.victims):
        case = cases.case(cast.victims, team=[cast.ana], followed="Nora Lien", partner="Paul Lien")
        return readings.draft(case, cast.ana, answers)


def shown_in(html: str) -> str:
    return re.search(r'name="shown" value="([^"]+)"', html)[1]


def changes_in(html: str) -> tuple[list[str], list[str]]:
    """What came and what went, as the page tells it."""
    [told] = re.findall(r'aria-labelledby="changes-title".*?</section>', html)
    return tuple(
        [unescape(sentence) for sentence in re.findall(pattern, told)]
        for pattern in (r"<li>([^<]+)</li>", r"<li><s>([^<]+)</s></li>")
    )


def test_at_level_4_ones_own_duty_stands_before_what_leaves(cast: Cast, in_force):
    html = text_of(get(cast.ana, "alerts:preview", draft(cast).pk))

    duty = html.index("Appelez d&#x27;abord le 112 ou le 101")
    assert html.index("banner-danger") < duty < html.index('<section class="envelope">')


def test_a_closed_partner_is_said_to_be_where_the_protocol_has_no_words_for_it(cast: Cast):
    text = re.sub(r"(?m)^  recipient_closed: .*\n", "", shipped_text("demo-2026"))
    parties = {"VIC": cast.victims, "AUT": cast.programme, "POL": cast.police, "COO": cast.coordination}
    register_version(text, parties=parties)
    sunday = datetime(2026, 9, 20, 8, 0, tzinfo=UTC)
    reading = draft(cast)

    with inside(cast.victims):
        asked = {"chosen": None, "chosen_dynamics": "", "at": sunday}
        effect = effect_of(service=cast.victims, reading=reading, **asked)

    said = {each.recipient: each.warnings for each in effect.envelopes}
    assert any("fermé ou va fermer" in words for words in said[cast.programme.name])
    assert not any("fermé ou va fermer" in words for words in said[cast.police.name])  # day and night


def test_each_envelope_says_to_whom_why_what_and_what_stays(cast: Cast, in_force):
    html = text_of(get(cast.ana, "alerts:preview", draft(cast).pk))

    police, partner = html.split('<section class="envelope">')[1:]
    assert cast.police.name in police
    assert cast.programme.name in partner
    for words in (
        "Article 4 §1",
        "sécurité immédiate",
        "coordonnées sûres",
        "état de nécessité",
        "alerte rouge",
    ):
        assert words in police
    assert "procès-verbal" in police
    assert "procès-verbal" not in partner
    assert "coordonnées sûres" not in partner.split("Ce qui reste ici")[0]
    assert "contenu d&#x27;entretien" in police.split("Ce qui reste ici")[1]
    assert "Finaliser à 4 – imminente : 2 alertes partent" in html


def test_looking_writes_nothing(cast: Cast, in_force):
    reading = draft(cast)
    get(cast.ana, "alerts:preview", reading.pk)
    get(cast.ana, "alerts:effect", reading.pk, chosen="4")

    with inside(cast.victims):
        reading.refresh_from_db()
        assert reading.is_draft
        assert not Alert.objects.exists()
        assert not Exchange.objects.sent_by(cast.victims.pk).exists()


def test_without_agreement_it_says_who_decides(cast: Cast, in_force):
    html = text_of(get(cast.ana, "alerts:preview", draft(cast, LEVEL_3).pk))

    assert "Le ou la référent·e l’envoie sur une autre base" in html
    assert "décision du ou de la référent·e" in html
    assert "1 est retenue" in html
    assert "banner-danger" not in html


def test_without_a_protocol_it_says_so_and_whom_to_call(cast: Cast):
    signed_between(cast, from_days=-400, until_days=-40)
    html = text_of(get(cast.ana, "alerts:preview", draft(cast).pk))

    assert "Aucun protocole en vigueur : rien ne part" in html
    for number in ("112 · 101", "0800 30 030", cast.police.name, cast.programme.urgent_phone):
        assert number in html
    assert cast.elsewhere.name not in html
    assert "rien ne part </button>" in html


def test_the_effect_follows_the_chosen_level(cast: Cast, in_force):
    reading = draft(cast, LEVEL_3)
    raised = text_of(get(cast.ana, "alerts:effect", reading.pk, chosen="4"))
    lowered = text_of(get(cast.ana, "alerts:effect", reading.pk, chosen="2"))

    assert "Appelez d&#x27;abord le 112" in raised
    assert "Finaliser à 4" in raised
    assert "Une seconde lecture est demandée" in lowered
    assert "Finaliser à 3" in lowered, "the higher level stays in force until somebody else agrees"
    assert "<html" not in raised


def test_seeing_the_effect_without_script_keeps_what_was_typed(cast: Cast, in_force):
    reading = draft(cast, LEVEL_3)
    response = post(cast.ana, "alerts:finalise", reading.pk, chosen="4", motive="Il la suit.", see="1")
    html = text_of(response)

    assert response.status_code == 200
    assert "Il la suit." in html
    assert re.search(r'value="4"[^>]* checked', html)
    assert "Appelez d&#x27;abord le 112" in html
    with inside(cast.victims):
        reading.refresh_from_db()
        assert reading.is_draft


def test_lowering_without_a_motive_comes_back_and_keeps_the_choice(cast: Cast, in_force):
    response = post(cast.ana, "alerts:finalise", draft(cast).pk, chosen="3")
    html = text_of(response)

    assert response.status_code == 422
    assert 'class="error-summary"' in html
    assert re.search(r'value="3"[^>]* checked', html)
    assert not received_by(cast.police)


def test_what_was_shown_is_what_leaves(cast: Cast, in_force):
    reading = draft(cast, LEVEL_3)
    before = shown_in(text_of(get(cast.ana, "alerts:preview", reading.pk)))
    with inside(cast.victims):
        factories.agreement(reading.case, cast.programme, by=cast.ana)

    response = post(cast.ana, "alerts:finalise", reading.pk, shown=before)
    assert response.status_code == 422
    html = text_of(response)
    assert "n’est plus ce qui était affiché" in html
    come, gone = changes_in(html)
    assert any(sentence.startswith(f"Part vers {cast.programme.name}") for sentence in come)
    assert any(sentence.startswith(f"Retenu, vers {cast.programme.name}") for sentence in gone)
    assert not any(cast.police.name in sentence for sentence in come + gone)
    assert not received_by(cast.programme)

    response = post(cast.ana, "alerts:finalise", reading.pk, shown=shown_in(text_of(response)))
    assert response.status_code == 302
    assert len(received_by(cast.programme)) == 1
    assert not received_by(cast.police)


def test_an_answer_changed_in_another_window_is_told_before_it_is_final(cast: Cast, in_force):
    reading = draft(cast, LEVEL_3)
    before = shown_in(text_of(get(cast.ana, "alerts:preview", reading.pk)))
    with inside(cast.victims):
        save_answers(actor=cast.actor(cast.ana), reading_id=reading.pk, answers={"A7": Given("recent")})

    response = post(cast.ana, "alerts:finalise", reading.pk, shown=before)
    assert response.status_code == 422
    assert changes_in(text_of(response)) == (
        ["Violence physique (A7) : récent (12 mois ou moins)"],
        ["Violence physique (A7) : absent"],
    )
    with inside(cast.victims):
        reading.refresh_from_db()
        assert reading.is_draft


def test_the_same_answers_in_another_order_are_no_change(cast: Cast, in_force):
    reading = draft(cast)
    before = shown_in(text_of(get(cast.ana, "alerts:preview", reading.pk)))
    with inside(cast.victims):
        order = list(answers_of(reading))
        for code in reversed(order):  # PostgreSQL writes each row anew, wherever there is room
            reading.answers.get(indicator=code).save()
        with connection.cursor() as cursor:  # as a planner would that has looked at the table meanwhile
            cursor.execute("SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off")
        assert list(answers_of(reading)) != order
    assert post(cast.ana, "alerts:finalise", reading.pk, shown=before).status_code == 302


def test_a_mark_that_no_preview_gave_finalises_nothing(cast: Cast, in_force):
    response = post(cast.ana, "alerts:finalise", draft(cast).pk, shown="deadbeef")
    assert response.status_code == 422
    assert not received_by(cast.police)


def test_finalising_leads_to_the_reading_and_tells_what_left(cast: Cast, in_force):
    reading = draft(cast)
    response = post(cast.ana, "alerts:finalise", reading.pk)
    assert response.status_code == 302

    html = text_of(get(cast.ana, "alerts:reading", reading.pk))
    assert {alert.recipient for alert in alerts_of(cast.victims)} == {cast.police, cast.programme}
    assert cast.police.name in html
    assert "remise, accusé attendu" in html
    assert not received_by(cast.elsewhere)


def test_finalised_twice_is_once(cast: Cast, in_force):
    reading = draft(cast)
    post(cast.ana, "alerts:finalise", reading.pk)
    response = post(cast.ana, "alerts:finalise", reading.pk, chosen="1", motive="Une erreur.")

    assert response.status_code == 302
    assert len(received_by(cast.police)) == 1
    assert get(cast.ana, "alerts:preview", reading.pk).status_code == 302


@pytest.mark.parametrize("name", ["preview", "effect", "finalise"])
def test_a_draft_exists_for_its_author_alone(cast: Cast, in_force, name):
    reading = draft(cast)
    ask = post if name == "finalise" else get
    for stranger in (cast.eli, cast.rita, cast.bruno, cast.dora):
        assert ask(stranger, f"alerts:{name}", reading.pk).status_code == 404
    assert ask(cast.dora, f"alerts:{name}", reading.pk, service=cast.victims).status_code == 404


def test_previewing_takes_few_queries(cast: Cast, in_force):
    asked = queries_of(cast.ana, "alerts:preview", draft(cast).pk)
    assert len(asked) <= 15, "\n".join(asked)


def test_what_the_sender_takes_out_stays_and_nothing_can_be_added(cast: Cast, in_force):
    reading = draft(cast)
    name = f"{cast.police.pk}.C05"
    page = text_of(get(cast.ana, "alerts:preview", reading.pk))
    assert f'value="{name}"' in page
    added = [f"{cast.programme.pk}.C11", "nonsense", f"{cast.elsewhere.pk}.C01"]
    assert post(cast.ana, "alerts:finalise", reading.pk, left_out=[name, *added]).status_code == 302
    sent = {alert.recipient_id: set(alert.categories) for alert in alerts_of(cast.victims)}
    assert "C05" not in sent[cast.police.pk]
    assert "C05" in sent[cast.programme.pk]
    assert "C11" not in sent[cast.programme.pk]
    [received] = received_by(cast.police)
    assert "C05" not in received.categories


def test_taking_everything_out_finalises_nothing_and_keeps_what_was_ticked(cast: Cast, in_force):
    reading = draft(cast)
    page = get(cast.ana, "alerts:preview", reading.pk).content.decode()
    names = re.findall(rf'name="left_out" value="({cast.police.pk}\.C\d+)"', page)
    assert names
    answer = post(cast.ana, "alerts:finalise", reading.pk, left_out=names)
    assert answer.status_code == 422
    assert answer.content.decode().count(" checked") >= len(names)
    assert alerts_of(cast.victims) == []
