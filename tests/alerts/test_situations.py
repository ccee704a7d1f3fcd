"""Two services link their cases by an accepted exchange, and see the levels that crossed; no more."""

import pytest
from django.urls import reverse
from django.utils import timezone

from alerts import situations, work
from alerts.factories import agreement, finalised, in_force_around
from alerts.models import Alert, Owed, OwedKind, Situation
from assessment.factories import LEVEL_2, LEVEL_4
from cases.factories import case as make_case
from cases.models import Case
from cases.refusals import NotAnOpenCase
from pole.tenancy.context import inside
from protocols import exchange as door
from protocols.models import Exchange, ExchangeKind
from protocols.registry import register_version, shipped_text
from tests.alerts.conftest import TUESDAY_10
from tests.cast import Cast, posting, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def red(cast: Cast, protocol) -> Alert:
    """A red alert from the victim service to the programme."""
    alerts = finalised(cast.actor(cast.ana), LEVEL_4, at=TUESDAY_10)
    return next(alert for alert in alerts if alert.recipient_id == cast.programme.pk)


@pytest.fixture
def brunos_case(cast: Cast, protocol):
    with inside(cast.programme):
        case = make_case(cast.programme, team=[cast.bruno], followed="Paul Lien")
    finalised(cast.actor(cast.bruno), LEVEL_2, at=TUESDAY_10, case=case)
    return case


def propose(cast: Cast, red, case) -> Exchange:
    bruno = cast.actor(cast.bruno)
    with inside(cast.programme):
        exchange = door.received(bruno, red.exchange_id)
        return situations.propose(actor=bruno, exchange=exchange, case=case).proposal


def reply(cast: Cast, proposal, *, accept: bool):
    ana = cast.actor(cast.ana)
    with inside(cast.victims):
        return situations.reply(actor=ana, proposal=door.received(ana, proposal.pk), accept=accept)


def work_off_levels():
    for row in Owed.objects.filter(kind=OwedKind.LEVELS, done_at=None):
        assert work.work_off(row.pk)


def concerted(cast: Cast) -> list[Exchange]:
    with inside(cast.coordination):
        return list(Exchange.objects.received_by(cast.coordination.pk))


def test_until_the_partner_accepts_there_is_no_situation(cast: Cast, red, brunos_case):
    propose(cast, red, brunos_case)

    with inside(cast.programme):
        assert not Situation.objects.linked().exists()
    with inside(cast.victims):
        assert not Situation.objects.exists()


def test_a_case_closed_meanwhile_is_linked_to_nothing_and_the_page_says_what_to_do(
    cast: Cast, red, brunos_case, client
):
    with inside(cast.programme):
        Case.objects.filter(pk=brunos_case.pk).update(closed_on=timezone.localdate())
    with pytest.raises(NotAnOpenCase):
        propose(cast, red, brunos_case)
    url = reverse("alerts:link_propose", args=[cast.programme.slug, red.exchange_id])
    page = signed_in(client, cast.bruno).post(url, posting(case=brunos_case.pk), follow=True)
    assert "se rouvre d’abord sur sa page" in page.content.decode()
    with inside(cast.programme):
        assert not Situation.objects.exists()
        assert (
            not Exchange.objects.sent_by(cast.programme.pk).filter(kind=ExchangeKind.LINK_PROPOSAL).exists()
        )


def test_accepted_each_side_has_its_own_row_and_the_level_that_crossed(cast: Cast, red, brunos_case):
    reply(cast, propose(cast, red, brunos_case), accept=True)

    with inside(cast.programme):
        mine = Situation.objects.linked().get()
        assert (mine.case, mine.partner, mine.received_level) == (brunos_case, cast.victims, 4)
    with inside(cast.victims):
        hers = Situation.objects.linked().get()
        assert (hers.partner, hers.received_level) == (cast.programme, None)
    with inside(cast.elsewhere):
        assert not Situation.objects.exists()


def test_a_difference_is_found_by_the_service_that_holds_both_levels(cast: Cast, red, brunos_case):
    reply(cast, propose(cast, red, brunos_case), accept=True)
    assert not concerted(cast)

    work_off_levels()

    [exchange] = concerted(cast)
    assert (exchange.sender, exchange.article, exchange.raised_by_pole) == (cast.programme, "9", True)
    with inside(cast.coordination):
        content = door.read(cast.actor(cast.cleo), exchange)["categories"]
    assert content == {
        "C05": [
            {"service": cast.programme.name, "level": 2},
            {"service": cast.victims.name, "level": 4},
        ]
    }


def test_the_coordination_is_asked_once_for_one_difference(cast: Cast, red, brunos_case):
    reply(cast, propose(cast, red, brunos_case), accept=True)
    work_off_levels()
    with inside(cast.programme):
        situation = Situation.objects.linked().select_related("case").get()
        again = situations.compare(actor=cast.actor(cast.bruno), situation=situation, at=TUESDAY_10)

    assert again == "difference known"
    assert len(concerted(cast)) == 1


def test_refused_nothing_is_linked_and_nothing_compared(cast: Cast, red, brunos_case):
    assert reply(cast, propose(cast, red, brunos_case), accept=False) is None

    work_off_levels()
    with inside(cast.programme):
        assert not Situation.objects.linked().exists()
    assert not concerted(cast)


def test_a_proposal_is_answered_once(cast: Cast, red, brunos_case):
    proposal = propose(cast, red, brunos_case)
    reply(cast, proposal, accept=True)
    with pytest.raises(situations.NotLinkable):
        reply(cast, proposal, accept=True)


def test_only_the_recipient_of_an_alert_can_propose(cast: Cast, red, brunos_case):
    dora = cast.actor(cast.dora)
    with inside(cast.elsewhere):
        assert door.received(dora, red.exchange_id) is None


def test_the_next_alert_of_a_linked_case_finds_the_partners_case(cast: Cast, red, brunos_case):
    reply(cast, propose(cast, red, brunos_case), accept=True)
    work_off_levels()
    [again] = [
        alert
        for alert in finalised(
            cast.actor(cast.ana),
            {**{"E10": "current"}, "A8": {"value": "current", "seen": TUESDAY_10.date()}},
            at=TUESDAY_10.replace(day=17),
            case=red.case,
        )
        if alert.recipient_id == cast.programme.pk
    ]
    work_off_levels()

    with inside(cast.programme):
        exchange = (
            Exchange.objects.received_by(cast.programme.pk)
            .select_related("handling")
            .get(pk=again.exchange_id)
        )
        assert exchange.handling.case == brunos_case
        assert Situation.objects.get().received_at == exchange.sent_at
    with inside(cast.police):
        assert (
            not Exchange.objects.received_by(cast.police.pk).filter(kind=ExchangeKind.LINK_PROPOSAL).exists()
        )


def carries(situation, level, at) -> None:
    situations._keep_level(
        situation, {"received_level": level, "received_dynamics": "T1" if level else "", "received_at": at}
    )


@pytest.mark.parametrize(
    ("level", "at"),
    [
        pytest.param(2, TUESDAY_10.replace(hour=7), id="an older alert worked off late"),
        pytest.param(None, None, id="an alert that carries no level"),
    ],
)
def test_the_level_that_crossed_last_stays(cast: Cast, red, brunos_case, level, at):
    reply(cast, propose(cast, red, brunos_case), accept=True)
    work_off_levels()

    with inside(cast.programme):
        carries(Situation.objects.get(), level, at)
        assert Situation.objects.get().received_level == 4


def test_a_difference_found_twice_at_once_is_brought_once(cast: Cast, red, brunos_case):
    reply(cast, propose(cast, red, brunos_case), accept=True)
    with inside(cast.programme):
        read_before = Situation.objects.linked().select_related("case").get()  # by a second worker
    work_off_levels()

    with inside(cast.programme):
        again = situations.compare(actor=cast.actor(cast.bruno), situation=read_before, at=TUESDAY_10)

    assert again == "difference known"
    assert len(concerted(cast)) == 1


def test_under_a_text_without_an_article_on_situations_a_link_rests_on_the_article_of_its_alert(
    cast: Cast, client
):
    text = in_force_around(shipped_text("hopital-2026"), timezone.localdate())
    hospital, now = cast.programme, timezone.now()
    register_version(text, parties={"HOP": hospital, "VIC": cast.victims, "PAR": cast.police})
    with inside(hospital):
        theirs = make_case(hospital, team=[cast.bruno], followed="Nora Lien")
        agreement(theirs, cast.victims, by=cast.bruno)
    sent = finalised(cast.actor(cast.bruno), LEVEL_4, at=now, case=theirs)
    alert = next(each for each in sent if each.recipient_id == cast.victims.pk)
    with inside(cast.victims):
        ours = make_case(cast.victims, team=[cast.ana], followed="Nora Lien")
        ana = cast.actor(cast.ana)
        exchange = door.received(ana, alert.exchange_id)
        proposal = situations.propose(actor=ana, exchange=exchange, case=ours).proposal
    assert (alert.article, proposal.article) == ("5 §2", "5 §2")
    url = reverse("alerts:exchange", args=[hospital.slug, proposal.pk])
    assert signed_in(client, cast.bruno).get(url).status_code == 200
    with inside(cast.police):
        assert not Exchange.objects.received_by(cast.police.pk).exists()
