"""What both référents take applies until either reads again; what crosses of it, the matrix says."""

import pytest

from alerts import concluding, disagreements, work
from alerts.concluding import MayNotCross, NothingAgreed, NotInGrid
from alerts.factories import agreement, finalised
from alerts.models import Conclusion, Disagreement, Owed, OwedKind, Situation
from alerts.situations import compare_all
from assessment.factories import LEVEL_2, LEVEL_3, LEVEL_4
from pole.audit.models import Event, Tag
from pole.clock import database_now
from pole.tenancy.context import inside
from protocols import exchange as door
from protocols.documents import load_protocol
from protocols.models import Exchange, ExchangeKind, ProtocolVersion
from protocols.registry import protocol_of
from tests.alerts.screens import get, in_force, text_of, undefined_variables_fail
from tests.alerts.two_sides import conclude, declare, linked, row_of, work_off
from tests.cast import Cast

pytestmark = pytest.mark.django_db
__all__ = ["in_force", "linked", "undefined_variables_fail"]
RECORDED, PARTIAL = Conclusion.RECORDED, Conclusion.PARTIAL


def situation_of(service) -> Situation:
    with inside(service):
        return Situation.objects.select_related("case").get()


def said_to(service) -> list[Exchange]:
    with inside(service):
        received = Exchange.objects.received_by(service.pk).filter(kind=ExchangeKind.DISAGREEMENT)
        return list(received.order_by("sent_at"))


def test_the_level_both_take_applies_on_both_sides_and_changes_no_reading(cast: Cast, linked):
    conclude(cast, cast.remy, level=3, dynamics="T4")
    conclude(cast, cast.rita, level=3, dynamics="T4")
    for service, own in ((cast.victims, 4), (cast.programme, 2)):
        situation = situation_of(service)
        assert (situation.agreed_level, situation.agreed_dynamics) == (3, "T4")
        assert situation.case.level == own
    assert "Appliqué : retenu ensemble" in text_of(get(cast.bruno, "alerts:situation", linked[1].pk))


def test_on_two_levels_it_stays_open_and_nothing_is_agreed(cast: Cast, linked):
    conclude(cast, cast.remy, level=2)
    conclude(cast, cast.rita, level=3)
    for service in (cast.victims, cast.programme):
        assert row_of(service).is_open
        assert situation_of(service).agreed_level is None
    assert "Les deux conclusions diffèrent" in text_of(get(cast.bruno, "alerts:situation", linked[1].pk))


def test_what_crosses_is_that_level_as_c05_on_the_referents_decision_and_to_nobody_else(cast: Cast, linked):
    conclude(cast, cast.remy, level=3)
    [exchange] = said_to(cast.victims)
    assert (exchange.categories, exchange.bases, exchange.article) == (["C05"], {"C05": "referent"}, "12")
    with inside(cast.victims):
        [line] = door.read(cast.actor(cast.rita), exchange)["categories"]["C05"]
    assert (line["level"], line["dynamics"], line.get("markers")) == (3, "", None)
    for bystander in (cast.police, cast.coordination, cast.elsewhere):
        assert not said_to(bystander)


def test_on_the_persons_agreement_where_there_is_one(cast: Cast, linked):
    with inside(cast.programme):
        agreement(linked[1].case, cast.victims, by=cast.bruno)
    conclude(cast, cast.remy, level=3)
    assert said_to(cast.victims)[0].bases == {"C05": "agreement"}


def test_below_the_matrixs_level_and_without_agreement_no_level_crosses(cast: Cast, linked):
    with inside(cast.programme):
        Situation.objects.update(received_level=1)
    with pytest.raises(MayNotCross):
        conclude(cast, cast.remy, level=2)
    assert not said_to(cast.victims)
    assert row_of(cast.programme).own_conclusion == ""


@pytest.mark.parametrize(
    ("conclusion", "named", "refusal"),
    [
        pytest.param(RECORDED, {"level": 3}, NothingAgreed, id="each keeps its own"),
        pytest.param(PARTIAL, {"level": 9}, NotInGrid, id="no such level"),
        pytest.param(PARTIAL, {"dynamics": "T99"}, NotInGrid, id="no such type"),
    ],
)
def test_what_makes_no_sense_is_refused_and_does_not_leave(cast: Cast, linked, conclusion, named, refusal):
    with pytest.raises(refusal):
        conclude(cast, cast.remy, conclusion, **named)
    assert not said_to(cast.victims)


def test_a_new_reading_of_ours_ends_what_was_agreed_here(cast: Cast, linked):
    conclude(cast, cast.remy, level=3)
    conclude(cast, cast.rita, level=3)
    finalised(cast.actor(cast.bruno), LEVEL_2, at=database_now(), case=linked[1].case)
    assert situation_of(cast.programme).agreed_level is None
    assert situation_of(cast.victims).agreed_level == 3


def test_their_new_reading_ends_it_here_once_it_crossed(cast: Cast, linked):
    conclude(cast, cast.remy, level=3)
    conclude(cast, cast.rita, level=3)
    again = LEVEL_4 | {"A15": "current"}
    finalised(cast.actor(cast.ana), again, at=database_now(), case=linked[0].case)
    assert situation_of(cast.programme).agreed_level == 3
    work_off(OwedKind.LEVELS)
    assert situation_of(cast.programme).agreed_level is None


def test_an_agreement_heard_after_a_newer_reading_does_not_apply(cast: Cast, linked):
    conclude(cast, cast.remy, level=3)
    with inside(cast.victims):
        concluding.conclude(
            actor=cast.actor(cast.rita),
            disagreement_id=Disagreement.objects.open().get().pk,
            conclusion=Conclusion.AGREEMENT,
            words="Vu.",
            level=3,
            at=database_now(),
        )
    finalised(cast.actor(cast.bruno), LEVEL_3, at=database_now(), case=linked[1].case)
    work_off(OwedKind.CONCLUSION)
    assert row_of(cast.programme).ended == Conclusion.AGREEMENT
    assert situation_of(cast.programme).agreed_level is None


def test_a_worker_that_runs_again_changes_and_tells_nothing_more(cast: Cast, linked):
    conclude(cast, cast.remy, level=3)
    row, before = Owed.objects.get(kind=OwedKind.CONCLUSION), Owed.objects.count()
    theirs = row_of(cast.victims)
    assert not work.work_off(row.pk)
    concluding.take_in(row)
    assert Owed.objects.count() == before
    assert len(said_to(cast.victims)) == 1
    assert row_of(cast.victims).partner_at == theirs.partner_at


def levels_agree(cast: Cast, user, situation) -> None:
    """As if a reading of ours had come to the level that crossed."""
    with inside(situation.service):
        mine = Situation.objects.select_related("case").get(pk=situation.pk)
        type(mine.case).objects.filter(pk=mine.case_id).update(level=mine.received_level)
        compare_all(actor=cast.actor(user), case=mine.case, at=database_now())


def test_what_the_partner_declared_is_not_ended_by_levels_that_agree(cast: Cast, linked):
    conclude(cast, cast.remy)
    conclude(cast, cast.rita)
    declare(cast, linked[0])
    work_off(OwedKind.CONCLUSION)
    levels_agree(cast, cast.bruno, linked[1])
    assert row_of(cast.programme).is_open


def test_nor_one_found_here_about_which_the_partner_then_declared(cast: Cast, linked):
    declare(cast, linked[0])
    work_off(OwedKind.CONCLUSION)
    levels_agree(cast, cast.bruno, linked[1])
    assert row_of(cast.programme).is_open


def test_one_found_by_levels_that_differ_ends_when_they_agree(cast: Cast, linked):
    levels_agree(cast, cast.bruno, linked[1])
    assert row_of(cast.programme).ended == "moot"


def test_the_delay_is_the_one_that_the_protocol_sets(cast: Cast, linked):
    version = ProtocolVersion.objects.get()
    protocol = protocol_of(version)
    assert str(protocol.delay("referents_meet")) == "2 working days"
    assert protocol.article_setting("referents_examine").number == "12"
    assert protocol.delay("agreement_lasts") is None
    found = row_of(cast.programme)
    longer = version.document.replace("{referents_meet: 2 working days}", "{referents_meet: 4 working days}")
    assert longer != version.document
    other = disagreements._deadlines(load_protocol(longer), found.opened_at, is_found=True)
    assert other["referent"] > found.due_at


def test_the_journal_says_who_concluded_and_nothing_of_the_words(cast: Cast, linked):
    conclude(cast, cast.remy, level=3, words="Il est venu chaque semaine.")
    with inside(cast.programme):
        event = Event.objects.get(tag=Tag.DISAGREEMENT_CONCLUDED)
    assert event.user_id == cast.remy.pk
    assert "semaine" not in str(event.detail)
