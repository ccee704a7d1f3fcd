"""The board: owners, putting off, tying, many at once, filters of one's own."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alerts.announcing import lay_down
from alerts.board import Chosen, page_of, waiting
from alerts.factories import agreement, finalised
from alerts.models import BoardFilter, Handling
from assessment.factories import LEVEL_3, LEVEL_4
from cases import factories as cases
from pole.tenancy.context import inside
from protocols.models import Exchange, ExchangeKind
from tests.alerts.screens import (
    get,
    in_force,
    post,
    queries_of,
    received_by,
    text_of,
    undefined_variables_fail,
)
from tests.cast import Cast, posting, signed_in

pytestmark = pytest.mark.django_db
__all__ = ["in_force", "undefined_variables_fail"]


@pytest.fixture
def orange(cast: Cast, in_force):
    """Two that the programme received and that are not red, of two cases."""
    for name in ("Zoé Petit", "Mia Petit"):
        with inside(cast.victims):
            case = cases.case(cast.victims, team=[cast.ana], followed=name)
            agreement(case, cast.programme, by=cast.ana)
        finalised(cast.actor(cast.ana), LEVEL_3, at=timezone.now(), case=case)
    found = received_by(cast.programme)
    assert {each.urgency for each in found} == {"orange"}
    assert len(found) == 2
    return found


@pytest.fixture
def red(cast: Cast, in_force):
    finalised(cast.actor(cast.ana), LEVEL_4, at=timezone.now())
    [message] = [each for each in received_by(cast.programme) if each.urgency == "red"]
    return message


def act(user, what, *messages, **data):
    return post(user, "alerts:act", act=what, ticked=[str(each.pk) for each in messages], **data)


def handlings(cast: Cast) -> dict:
    with inside(cast.programme):
        return {row.exchange_id: row for row in Handling.objects.select_related("owner")}


def on_board(cast: Cast, **chosen) -> list:
    with inside(cast.programme):
        return page_of(cast.actor(cast.bruno), Chosen(**chosen), 1).blocks


def tomorrow() -> str:
    return (timezone.localtime() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")


def test_many_are_acknowledged_at_once_and_each_sender_is_told(cast: Cast, orange):
    assert act(cast.bruno, "acknowledge", *orange).status_code == 302
    assert all(row.acknowledged_by_id == cast.bruno.pk for row in handlings(cast).values())
    assert [each.kind for each in received_by(cast.victims)] == [ExchangeKind.ACKNOWLEDGEMENT] * 2
    assert not received_by(cast.elsewhere)


def test_a_red_one_is_never_acknowledged_in_bulk_and_then_none_is(cast: Cast, orange, red):
    answer = act(cast.bruno, "acknowledge", *orange, red)
    assert answer.status_code == 422
    assert "Une alerte rouge s’ouvre" in text_of(answer)
    assert not any(row.acknowledged_at for row in handlings(cast).values())
    assert not received_by(cast.victims)
    assert text_of(answer).count(" checked") >= 3, "what was ticked is ticked still"


def test_a_proposal_to_link_is_not_acknowledged_in_bulk_and_can_be_accepted_still(cast: Cast, red):
    with inside(cast.programme):
        case = cases.case(cast.programme, team=[cast.bruno], followed="Paul Lien")
    post(cast.bruno, "alerts:link_propose", red.pk, case=case.pk)
    [proposal] = [each for each in received_by(cast.victims) if each.kind == ExchangeKind.LINK_PROPOSAL]
    answer = act(cast.ana, "acknowledge", proposal)
    assert answer.status_code == 422
    assert "se répond sur sa propre page" in text_of(answer)
    assert post(cast.ana, "alerts:link_reply", proposal.pk, accept="yes").status_code == 302
    kinds = [each.kind for each in received_by(cast.programme) if each.in_reply_to_id == proposal.pk]
    assert kinds == [ExchangeKind.LINK_ACCEPTANCE]
    assert not received_by(cast.elsewhere)


def test_a_request_for_advice_is_not_acknowledged_in_bulk(cast: Cast, in_force):
    post(cast.ana, "alerts:advice_ask", adviser=cast.coordination.pk, text="Faut-il attendre ?")
    [request] = received_by(cast.coordination)
    assert act(cast.cleo, "acknowledge", request).status_code == 422
    assert not received_by(cast.victims)
    with inside(cast.coordination):
        assert Handling.objects.get(exchange=request).acknowledged_at is None


def test_what_is_not_ours_can_t_be_ticked(cast: Cast, orange):
    answer = act(cast.carla, "acknowledge", *orange)
    assert answer.status_code == 422
    assert not any(row.acknowledged_at for row in handlings(cast).values())


def test_an_alert_is_taken_given_and_given_back_among_those_who_may_answer(cast: Cast, orange):
    first = orange[0]
    act(cast.bruno, "take", first)
    assert handlings(cast)[first.pk].owner == cast.bruno
    assert "à moi" in text_of(get(cast.bruno, "alerts:received"))
    act(cast.bruno, "give", first, owner=str(cast.remy.pk))
    assert handlings(cast)[first.pk].owner == cast.remy
    assert act(cast.bruno, "give", first, owner=str(cast.dora.pk)).status_code == 422
    act(cast.bruno, "give", first, owner="")
    assert handlings(cast)[first.pk].owner is None


def test_put_off_it_leaves_the_board_and_wakes_by_itself(cast: Cast, orange):
    first = orange[0]
    assert act(cast.bruno, "snooze", first, until=tomorrow(), because="Réunion demain").status_code == 302
    assert [block.rows[0].pk for block in on_board(cast)] == [orange[1].pk]
    [block] = on_board(cast, state="snoozed")
    assert block.rows[0].snoozed_because == "Réunion demain"
    with inside(cast.programme):
        assert waiting(cast.actor(cast.bruno)) == 1
        Handling.objects.update(snoozed_until=timezone.now() - timedelta(seconds=1))
    assert len(on_board(cast)) == 2


def test_one_put_off_comes_back_when_its_acknowledgement_is_overdue(cast: Cast, orange):
    with inside(cast.victims):
        late = Exchange.objects.get(pk=orange[0].pk)
        late.pk, late._state.adding = uuid4(), True
        late.acknowledge_by = timezone.now() - timedelta(minutes=1)
        late.save()
        lay_down(late)
    with inside(cast.programme):
        Handling.objects.update(snoozed_until=timezone.now() + timedelta(days=9))
    [block] = on_board(cast)
    assert block.rows[0].acknowledge_by < timezone.now(), "the overdue one alone is shown"
    assert act(cast.bruno, "snooze", block.rows[0], until=tomorrow(), because="Plus tard").status_code == 422
    with inside(cast.programme):
        Handling.objects.update(acknowledged_at=timezone.now())
    assert not on_board(cast), "acknowledged, it may rest"


def test_red_is_never_put_off_nor_hidden_by_a_row_that_says_so(cast: Cast, red):
    answer = act(cast.bruno, "snooze", red, until=tomorrow(), because="Plus tard")
    assert answer.status_code == 422
    assert "ne peut pas être reportée" in text_of(answer)
    with inside(cast.programme):
        Handling.objects.filter(exchange=red).update(snoozed_until=timezone.now() + timedelta(days=9))
    assert [block.rows[0].pk for block in on_board(cast)] == [red.pk]


@pytest.mark.parametrize(
    ("until", "because"),
    [("", "Réunion"), ("2020-01-01T10:00", "Réunion"), ("demain", "Réunion"), (None, "  ")],
)
def test_putting_off_needs_a_moment_to_come_and_a_reason(cast: Cast, orange, until, because):
    answer = act(
        cast.bruno, "snooze", orange[0], until=tomorrow() if until is None else until, because=because
    )
    assert answer.status_code == 422
    assert not any(row.snoozed_until for row in handlings(cast).values())


def test_tied_alerts_are_one_block_and_untied_they_are_not(cast: Cast, orange, red):
    act(cast.bruno, "tie", *orange)
    assert sorted(len(block.rows) for block in on_board(cast)) == [1, 2]
    assert "Une situation, 2 alertes" in text_of(get(cast.bruno, "alerts:received"))
    act(cast.bruno, "tie", orange[0], red)
    assert [len(block.rows) for block in on_board(cast)] == [3], "what was tied comes along"
    act(cast.bruno, "untie", *orange)
    assert [len(block.rows) for block in on_board(cast)] == [1, 1, 1]
    assert all(row.block is None for row in handlings(cast).values()), "one alone is no block"


def test_alerts_of_one_case_of_ours_stand_together(cast: Cast, orange):
    with inside(cast.programme):
        own = cases.case(cast.programme, team=[cast.bruno], followed="Paul Lien")
        Handling.objects.filter(exchange__in=orange).update(case=own)
    assert [len(block.rows) for block in on_board(cast)] == [2]


def test_filters_show_what_was_asked(cast: Cast, orange, red):
    assert [block.rows[0].pk for block in on_board(cast, urgency="red")] == [red.pk]
    act(cast.bruno, "take", orange[0])
    assert [block.rows[0].pk for block in on_board(cast, owner="me")] == [orange[0].pk]
    assert len(on_board(cast, owner="none")) == 2
    assert len(on_board(cast, partner=cast.victims.slug)) == 3
    assert not on_board(cast, partner=cast.police.slug)
    assert not on_board(cast, until=timezone.now() - timedelta(days=1))


def test_a_filter_is_kept_by_name_for_oneself_alone(cast: Cast, red):
    post(cast.bruno, "alerts:filter_save", called="Mes rouges", back="urgence=red&page=3&x=y")
    assert "Mes rouges" in text_of(get(cast.bruno, "alerts:received"))
    assert "Mes rouges" not in text_of(get(cast.remy, "alerts:received"))
    with inside(cast.programme):
        [kept] = BoardFilter.objects.all()
        assert kept.query == "urgence=red"
    post(cast.remy, "alerts:filter_drop", kept.pk)
    with inside(cast.programme):
        assert BoardFilter.objects.exists()
    post(cast.bruno, "alerts:filter_drop", kept.pk)
    with inside(cast.programme):
        assert not BoardFilter.objects.exists()


def test_a_filter_that_can_t_be_read_is_said_and_hides_nothing(cast: Cast, red):
    page = signed_in(Client(), cast.bruno).get(
        reverse("alerts:received", args=[cast.programme.slug]) + "?urgence=mauve&depuis=hier&page=x"
    )
    assert page.status_code == 422
    assert str(red.pk) in text_of(page)


def test_the_sound_is_off_until_somebody_switches_it_on_for_themselves(cast: Cast, red):
    assert 'data-sound="off"' in text_of(get(cast.bruno, "alerts:received"))
    post(cast.bruno, "alerts:signal", sound="on")
    html = text_of(get(cast.bruno, "alerts:received"))
    assert 'data-sound="on"' in html
    assert 'data-flag="off"' in html
    assert 'data-sound="off"' in text_of(get(cast.remy, "alerts:received"))


def test_a_stranger_finds_nothing_and_the_data_protection_officer_may_not_act(cast: Cast, orange):
    url = reverse("alerts:act", args=[cast.programme.slug])
    assert signed_in(Client(), cast.dora).post(url, posting(act="take")).status_code == 404
    url = reverse("alerts:act", args=[cast.victims.slug])
    assert signed_in(Client(), cast.olga).post(url, posting(act="take")).status_code == 403


def test_the_board_asks_no_more_queries_for_thirty_than_for_three(cast: Cast, orange, red):
    few = len(queries_of(cast.bruno, "alerts:received"))
    for index in range(12):
        with inside(cast.victims):
            case = cases.case(cast.victims, team=[cast.ana], followed=f"Zoé Petit {index}")
            agreement(case, cast.programme, by=cast.ana)
        finalised(cast.actor(cast.ana), LEVEL_3, at=timezone.now(), case=case)
    assert len(queries_of(cast.bruno, "alerts:received")) == few
    assert few <= 15
