"""Every paragraph's decision is kept with the reading, fired or not, and told again exactly."""

import json

import pytest

from alerts.changes import consume_changes
from alerts.factories import agreement, finalised
from alerts.models import Asking
from alerts.outlook import outlooks
from assessment.deciding import decide
from assessment.factories import LEVEL_1, LEVEL_2, LEVEL_3, LEVEL_4
from assessment.models import Reading
from assessment.stored import result_of
from cases import factories
from cases import services as cases
from pole.clock import database_now
from pole.tenancy.context import inside
from protocols.deliberation import retold
from protocols.registry import protocol_of
from tests.alerts.screens import get, in_force, queries_of, text_of, undefined_variables_fail
from tests.cast import Cast

pytestmark = pytest.mark.django_db
__all__ = ["in_force", "undefined_variables_fail"]


def read(cast: Cast, answers, *, agreed=(), **choice) -> Reading:
    with inside(cast.victims):
        case = factories.case(cast.victims, team=[cast.ana], followed="Nora Lien")
        for recipient in agreed:
            agreement(case, recipient, by=cast.ana)
    finalised(cast.actor(cast.ana), answers, at=database_now(), case=case, **choice)
    with inside(cast.victims):
        return Reading.objects.select_related("case").get(case=case)


def kept_of(cast: Cast, reading: Reading) -> list[Asking]:
    with inside(cast.victims):
        rows = list(Asking.objects.filter(reading=reading).select_related("protocol").order_by("at"))
        for row in rows:
            row.plain = json.loads(row.kept)
        return rows


@pytest.mark.parametrize("answers", [LEVEL_1, LEVEL_2, LEVEL_3, LEVEL_4], ids=["1", "2", "3", "4"])
@pytest.mark.parametrize("agrees", [False, True], ids=["refused", "agreed"])
def test_what_is_told_again_is_what_was_found(cast: Cast, in_force, answers, agrees):
    reading = read(cast, answers, agreed=[cast.programme, cast.police] if agrees else [])
    with inside(cast.victims):
        result = result_of(reading)
        decision = decide(result, chosen=None, chosen_dynamics="")
        asked = outlooks(
            service=cast.victims, reading=reading, result=result, decision=decision, at=reading.finalised_at
        )
    [row] = kept_of(cast, reading)
    [again] = [retold(protocol_of(row.protocol), kept) for kept in row.plain]

    [outlook] = asked
    assert again.level == reading.in_force
    assert [each.finding.explain() for each in again.paragraphs] == [
        each.explain() for each in outlook.findings
    ]
    assert {
        (told.finding.rule.id, order.recipient, order.action, tuple(order.categories.items()))
        for told in again.paragraphs
        for order in told.ordered
    } == {
        (finding.rule.id, order.recipient, order.action, tuple(order.categories.items()))
        for finding in outlook.findings
        for order in finding.orders
    }


def test_an_agreement_withdrawn_since_changes_nothing_in_what_is_told(cast: Cast, in_force):
    reading = read(cast, LEVEL_3, agreed=[cast.programme])
    before = text_of(get(cast.ana, "alerts:why", reading.pk))
    with inside(cast.victims):
        cases.withdraw_agreement(
            actor=cast.actor(cast.ana), case=reading.case, agreement=reading.case.agreements.get()
        )
        factories.incident(reading.case, cast.ana)
    after = text_of(get(cast.ana, "alerts:why", reading.pk))

    assert "À Cap alternatives" in after.replace("&#x27;", "'")
    main = before.index("<h1"), after.index("<h1")
    assert before[main[0] : before.index("print-foot")] == after[main[1] : after.index("print-foot")]


def test_a_lowered_level_keeps_what_both_levels_order(cast: Cast, in_force):
    reading = read(cast, LEVEL_4, chosen=3, motive="Elle est à l’abri.")
    [row] = kept_of(cast, reading)
    assert [(each["held"], each["values"]["severity"]) for each in row.plain] == [(True, 4), (False, 3)]


def test_a_breach_keeps_what_it_made_the_protocols_say(cast: Cast, in_force):
    reading = read(cast, LEVEL_2)
    with inside(cast.victims) as service:
        measure = cases.record_measure(
            actor=cast.actor(cast.ana),
            case=reading.case,
            kind="residence_ban",
            starts_on=reading.finalised_at.date(),
        )
        cases.change_measure(
            actor=cast.actor(cast.ana),
            case=reading.case,
            measure=measure,
            status="breached",
            breached_on=reading.finalised_at.date(),
            approaching=True,
        )
        consume_changes(service)
    _first, second = kept_of(cast, reading)
    assert second.change_id
    assert second.plain[0]["held"] is True
    assert "après un changement dans le dossier" in text_of(get(cast.ana, "alerts:why", reading.pk))


def test_the_page_says_what_applied_and_what_did_not(cast: Cast, in_force):
    reading = read(cast, LEVEL_3)
    html = text_of(get(cast.ana, "alerts:why", reading.pk))

    assert "Retenu, pour Cap alternatives" in html
    assert "Article 5 §1" in html
    assert "Article 4 §1 : ne s&#x27;applique pas" in html
    assert "version 1" in html.lower()
    assert f"/alertes/lecture/{reading.pk}/pourquoi/" in text_of(get(cast.ana, "alerts:reading", reading.pk))


def test_without_a_protocol_it_says_so(cast: Cast):
    reading = read(cast, LEVEL_4)
    assert "Rien n’est conservé pour cette lecture" in text_of(get(cast.ana, "alerts:why", reading.pk))


def test_only_who_sees_the_case_sees_why(cast: Cast, in_force):
    reading = read(cast, LEVEL_4)
    assert get(cast.eli, "alerts:why", reading.pk).status_code == 404, "a colleague outside the team"
    assert get(cast.olga, "alerts:why", reading.pk).status_code == 403
    assert get(cast.bruno, "alerts:why", reading.pk).status_code == 404, "the recipient"
    assert get(cast.dora, "alerts:why", reading.pk, service=cast.victims).status_code == 404
    with inside(cast.programme):
        assert not Asking.objects.exists()


def test_what_is_kept_names_nobody(cast: Cast, in_force):
    reading = read(cast, LEVEL_4)
    [row] = kept_of(cast, reading)
    assert "Nora" not in row.kept
    assert "Lien" not in row.kept


def test_few_queries(cast: Cast, in_force):
    reading = read(cast, LEVEL_4, agreed=[cast.programme])
    assert len(queries_of(cast.ana, "alerts:why", reading.pk)) <= 15
