"""A recipient says how relevant an alert was: its sender reads it, nobody else; and both count."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from alerts import measures
from alerts.factories import finalised
from alerts.models import Alert, Relevance
from assessment.factories import LEVEL_4
from pole.audit.models import Event, Tag
from pole.tenancy.context import inside
from protocols import exchange as door
from protocols.models import Exchange, ExchangeKind
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
LINE = "Nous le savions par la permanence."


@pytest.fixture
def sent(cast: Cast, in_force) -> Alert:
    """A red alert from the victim service to the police; the programme has one of its own of it."""
    return red(cast)


def red(cast: Cast) -> Alert:
    finalised(cast.actor(cast.ana), LEVEL_4, at=timezone.now())
    return max(
        (alert for alert in alerts_of(cast.victims) if alert.recipient == cast.police),
        key=lambda alert: alert.created_at,
    )


def marks(cast: Cast) -> list[tuple[str, str]]:
    """What crossed to the victim service, the oldest first."""
    actor = cast.actor(cast.ana)
    with inside(cast.victims):
        back = Exchange.objects.received_by(cast.victims.pk).filter(kind=ExchangeKind.RELEVANCE)
        read = [door.read(actor, each) for each in back.order_by("sent_at")]
    assert all(each["categories"] == {} for each in read)
    return [(each["message"]["mark"], each["message"]["text"]) for each in read]


def acknowledged(cast: Cast, alert: Alert) -> Alert:
    post(cast.carla, "alerts:acknowledge", alert.exchange_id)
    return alert


def test_it_crosses_to_the_sender_and_both_sides_show_it(cast: Cast, sent):
    acknowledged(cast, sent)
    assert "a-t-elle été utile" in text_of(get(cast.carla, "alerts:exchange", sent.exchange_id))
    answer = post(cast.carla, "alerts:mark", sent.exchange_id, mark="late", line=LINE)

    assert answer.status_code == 302
    assert marks(cast) == [("late", LINE)]
    for reader, page in (
        (cast.ana, ("alerts:alert", sent.pk)),
        (cast.carla, ("alerts:exchange", sent.exchange_id)),
    ):
        html = text_of(get(reader, *page)).replace("\xa0", " ")
        assert "utilité : tardive" in html
        assert LINE in html
    for bystander in (cast.programme, cast.coordination, cast.elsewhere):
        assert not [each for each in received_by(bystander) if each.kind == ExchangeKind.RELEVANCE]
    with inside(cast.police):
        assert Event.objects.filter(tag=Tag.ALERT_MARKED, subject_id=sent.exchange_id).exists()


def test_nobody_marks_what_nobody_acknowledged(cast: Cast, sent):
    assert "a-t-elle été utile" not in text_of(get(cast.carla, "alerts:exchange", sent.exchange_id))
    answer = post(cast.carla, "alerts:mark", sent.exchange_id, mark="useful")

    assert answer.status_code == 422
    assert "Accusez d’abord réception" in text_of(answer)
    assert marks(cast) == []


def test_said_again_the_last_holds_and_the_same_twice_is_said_once(cast: Cast, sent):
    acknowledged(cast, sent)
    for mark in ("late", "useful", "useful"):
        post(cast.carla, "alerts:mark", sent.exchange_id, mark=mark)
    assert marks(cast) == [("late", ""), ("useful", "")]
    assert "Changer la marque" in text_of(get(cast.carla, "alerts:exchange", sent.exchange_id))
    assert counted(cast, cast.carla).by_us[0].counts == (1, 0, 0, 0)


def test_once_closed_a_first_mark_is_taken_and_none_is_changed(cast: Cast, sent):
    acknowledged(cast, sent)
    post(cast.carla, "alerts:answer", sent.exchange_id, outcome="taken_on")
    assert post(cast.carla, "alerts:mark", sent.exchange_id, mark="useful").status_code == 302
    answer = post(cast.carla, "alerts:mark", sent.exchange_id, mark="too_much")

    assert answer.status_code == 422
    assert "la marque reste" in text_of(answer)
    assert marks(cast) == [("useful", "")]
    assert "a-t-elle été utile" not in text_of(get(cast.carla, "alerts:exchange", sent.exchange_id))


@pytest.mark.parametrize("mark", ["", "perfect"])
def test_without_one_of_the_four_it_says_so_and_keeps_the_line(cast: Cast, sent, mark: str):
    acknowledged(cast, sent)
    answer = post(cast.carla, "alerts:mark", sent.exchange_id, mark=mark, line=LINE)

    assert answer.status_code == 422
    assert LINE in text_of(answer)
    assert marks(cast) == []


def test_a_protocol_without_the_article_of_feedback_lets_none_cross(cast: Cast):
    """Its text says what urgencies ask in no article: neither of all nor of the red one."""
    signed_between(
        cast,
        changed=dict.fromkeys(("stands_in: [urgencies]", "stands_in: [urgencies.red]"), "orders: nothing"),
    )
    sent = acknowledged(cast, red(cast))
    assert "a-t-elle été utile" not in text_of(get(cast.carla, "alerts:exchange", sent.exchange_id))
    answer = post(cast.carla, "alerts:mark", sent.exchange_id, mark="useful")

    assert answer.status_code == 422
    assert "ne laisse rien de tel" in text_of(answer)
    assert marks(cast) == []


def test_strangers_and_its_own_sender_mark_nothing(cast: Cast, sent):
    acknowledged(cast, sent)
    for stranger in (cast.ana, cast.bruno, cast.cleo, cast.dora):
        assert post(stranger, "alerts:mark", sent.exchange_id, mark="useful").status_code == 404
    assert (
        post(cast.dora, "alerts:mark", sent.exchange_id, service=cast.police, mark="useful").status_code
        == 404
    )
    assert post(cast.olga, "alerts:mark", sent.exchange_id, mark="useful").status_code == 403
    assert marks(cast) == []


# ---- Figures ----------------------------------------------------------------------------------------------------


def counted(cast: Cast, who) -> measures.Measures:
    actor = cast.actor(who)
    with inside(actor.service):
        return measures.measures_of(actor, timezone.now())


def marked(cast: Cast, number: int, mark: str) -> None:
    for _ in range(number):
        alert = acknowledged(cast, red(cast))
        post(cast.carla, "alerts:mark", alert.exchange_id, mark=mark)


def test_counted_per_partner_article_and_month_and_a_partners_small_counts_are_not_told(cast: Cast, in_force):
    marked(cast, 5, "useful")
    marked(cast, 4, "wrong_recipient")

    [ours], [theirs] = counted(cast, cast.ana).of_ours, counted(cast, cast.carla).by_us
    month = timezone.localdate().replace(day=1)
    assert (ours.month, ours.partner, ours.article) == (month, cast.police.name, "4 §1")
    assert (theirs.month, theirs.partner, theirs.article) == (month, cast.victims.name, "4 §1")
    assert ours.counts == (5, None, None, None)
    assert theirs.counts == (5, 0, 0, 4)
    assert "&lt; 5" in text_of(get(cast.ana, "alerts:measures"))
    assert "&lt; 5" not in text_of(get(cast.carla, "alerts:measures"))
    for bystander in (cast.bruno, cast.cleo, cast.dora):
        found = counted(cast, bystander)
        assert (found.of_ours, found.by_us) == ([], [])
        assert cast.police.name not in text_of(get(bystander, "alerts:measures"))


def test_its_page_is_for_who_reads_alerts_of_the_service(cast: Cast, in_force):
    assert get(cast.olga, "alerts:measures").status_code == 403
    assert get(cast.dora, "alerts:measures", service=cast.victims).status_code == 404


def test_the_page_asks_as_much_with_twelve_marks_as_with_three(cast: Cast, in_force):
    marked(cast, 3, "useful")
    few = queries_of(cast.ana, "alerts:measures")
    marked(cast, 9, "late")
    many = queries_of(cast.ana, "alerts:measures")
    assert len(few) == len(many) <= 15


def test_what_was_sent_more_than_twelve_months_ago_is_not_counted(cast: Cast, in_force):
    marked(cast, 1, "useful")
    actor = cast.actor(cast.carla)
    with inside(cast.police):
        later = timezone.now() + timedelta(days=370)
        assert measures.measures_of(actor, later).by_us == []


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (date(2026, 11, 27), date(2025, 12, 1)),
        (date(2026, 12, 1), date(2026, 1, 1)),
        (date(2027, 1, 31), date(2026, 2, 1)),
    ],
)
def test_the_months_shown_are_twelve(today: date, first: date):
    assert measures.first_month(today) == first


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((5, 0, 0, 6), (5, 0, 0, 6)),
        ((0, 0, 0, 0), (0, 0, 0, 0)),
        pytest.param((1, 0, 0, 0), (None,) * 4, id="whose judgement it is"),
        pytest.param((9, 4, 0, 0), (9, None, None, None), id="which of three it is"),
    ],
)
def test_fewer_than_five_is_not_told(counts, said):
    assert measures.told(counts) == said


def test_every_mark_has_words():
    assert [str(label) for label in Relevance.labels] == [
        "utile",
        "tardive",
        "de trop",
        "mauvais destinataire",
    ]
