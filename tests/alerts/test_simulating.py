"""A draft played in the background: turn by turn as if at once, stopped, failed, one at a time, on one's own data."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from alerts import tasks
from alerts.factories import finalised
from alerts.models import Simulation
from alerts.past import Seat, Span, all_moments, cases_in
from alerts.simulating import beginning, refusals, turns
from alerts.simulating.turns import stalled, take_turn
from alerts.sweeping import hint_at_simulations
from assessment.factories import LEVEL_4
from cases.factories import case as make_case
from pole.audit.models import Event, Tag
from pole.holidays import holidays_around
from pole.tenancy.actor import RightLacking
from pole.tenancy.context import inside
from protocols import drafts
from protocols.counts import Found
from protocols.documents import load_protocol
from protocols.models import ProtocolDraft
from protocols.simulation import simulate
from tests.alerts.screens import in_force
from tests.alerts.simulated import (
    CLOSED,
    a_past,
    begun,
    carried,
    draft_of,
    now,
    parties,
    proposed,
    read_before,
)
from tests.cast import Cast
from tests.databases import as_app

pytestmark = pytest.mark.django_db
__all__ = ["in_force"]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list:
    """The turns that were hinted at; nobody works on them."""
    found: list = []
    monkeypatch.setattr(
        turns.outbox, "publish", lambda *given, **how: bool(found.append((given, how))) or True
    )
    return found


@pytest.fixture
def draft(cast: Cast) -> ProtocolDraft:
    return draft_of(cast, CLOSED, by=cast.rita)


def at_once(cast: Cast, draft: ProtocolDraft) -> Found:
    today, found = timezone.localdate(), Found()
    protocol = load_protocol(draft.text)
    seats = [Seat(protocol, "VIC", {service.pk: code for code, service in parties(cast).items()})]
    with inside(cast.victims):
        moments = all_moments(cast.victims, seats, Span(today - timedelta(days=60), today))
        for _played in simulate([protocol], moments, holidays=holidays_around, found=found):
            pass
    return found


@pytest.mark.parametrize("cases", [1, 2, 5, 200])
def test_a_turn_at_a_time_counts_as_all_at_once(cast: Cast, draft, monkeypatch, cases: int):
    a_past(cast)
    monkeypatch.setattr(turns, "cases_in", partial(cases_in, at_most=cases))
    monkeypatch.setattr(turns, "AT_ONCE", cases)
    simulation = carried(begun(cast, draft, cast.rita))
    assert Found.from_json(simulation.found) == at_once(cast, draft)
    assert (simulation.end, simulation.done, simulation.total) == ("done", 5, 5)
    assert simulation.turns >= 5 // cases


def test_what_leaves_what_is_held_and_who_is_not_told(cast: Cast, draft):
    a_past(cast)
    counts = Found.from_json(carried(begun(cast, draft, cast.rita)).found).counts[0]
    assert counts.number(recipient="POL", action="send", urgency="red") == 2
    assert counts.number(recipient="AUT", action="hold", urgency="orange") == 1
    assert counts.silent == 1
    assert not counts.number(recipient="COO")


def test_it_is_compared_with_the_version_in_force(cast: Cast, in_force, draft):
    cases = a_past(cast)
    simulation = carried(begun(cast, draft, cast.rita))
    assert simulation.against == in_force
    found = Found.from_json(simulation.found)
    assert found.differing
    assert set(found.otherwise) == {"AUT"}, "a category less, to the programme alone"
    assert {each["case"] for each in simulation.concerned} <= {str(case.pk) for case in cases}
    assert len(simulation.concerned) == found.differing


def test_without_a_version_in_force_nothing_is_compared(cast: Cast, draft):
    a_past(cast)
    simulation = carried(begun(cast, draft, cast.rita))
    assert simulation.against is None
    assert len(Found.from_json(simulation.found).counts) == 1
    assert len(simulation.concerned) == 4


def test_a_party_plays_what_is_proposed_on_its_own_readings_alone(cast: Cast):
    draft = draft_of(cast)
    a_past(cast)
    with pytest.raises(ProtocolDraft.DoesNotExist):
        begun(cast, draft, cast.rita)
    proposed(cast, draft)
    with inside(cast.programme):
        theirs = make_case(cast.programme, team=[cast.bruno], followed="Luc Autre", partner="Nora Lien")
    finalised(cast.actor(cast.bruno), LEVEL_4, at=timezone.now() - timedelta(days=3), case=theirs)
    hers = carried(begun(cast, draft, cast.rita))
    his = carried(begun(cast, draft, cast.remy))
    assert (hers.party, hers.total, his.party, his.total) == ("VIC", 5, "AUT", 1)
    assert {each["case"] for each in his.concerned} <= {str(theirs.pk)}
    assert str(theirs.pk) not in {each["case"] for each in hers.concerned}
    with inside(cast.victims):
        assert Simulation.objects.get().pk == hers.pk


def test_invented_readings_are_the_same_each_time_and_keep_no_case(cast: Cast, draft):
    first = carried(begun(cast, draft, cast.rita, kind="invented", number=2500))
    again = carried(begun(cast, draft, cast.rita, kind="invented", number=2500))
    assert first.found == again.found
    assert (first.turns, first.done, first.concerned) == (3, 2500, [])
    assert Found.from_json(first.found).asked == 2500


def test_a_text_that_changes_meanwhile_changes_nothing(cast: Cast, draft):
    a_past(cast)
    simulation = begun(cast, draft, cast.rita)
    with inside(cast.victims):
        drafts.save(actor=cast.actor(cast.rita), draft=draft, text="autre: chose\n", revision=2)
    assert carried(simulation).end == "done"


def test_a_turn_asked_for_twice_is_done_once(cast: Cast, draft):
    simulation = begun(cast, draft, cast.rita, kind="invented", number=1500)
    assert take_turn(cast.victims.pk, simulation.pk, 0) is True
    assert take_turn(cast.victims.pk, simulation.pk, 0) is False
    assert now(simulation).done == 1000
    assert take_turn(cast.victims.pk, simulation.pk, 1) is False
    assert now(simulation).end == "done"


def test_stopped_it_stays_where_it_is(cast: Cast, draft):
    simulation = begun(cast, draft, cast.rita, kind="invented", number=5000)
    take_turn(cast.victims.pk, simulation.pk, 0)
    with inside(cast.victims):
        beginning.stop(actor=cast.actor(cast.rita), simulation_id=simulation.pk)
    assert take_turn(cast.victims.pk, simulation.pk, 1) is False
    over = now(simulation)
    assert (over.end, over.done) == ("stopped", 1000)
    with inside(cast.victims):
        beginning.stop(actor=cast.actor(cast.rita), simulation_id=simulation.pk)
    assert now(simulation).ended_at == over.ended_at


def test_what_fails_ends_and_lets_the_next_begin(cast: Cast, draft, monkeypatch):
    simulation = begun(cast, draft, cast.rita, kind="invented", number=5000)
    take_turn(cast.victims.pk, simulation.pk, 0)

    def broken(*given: object, **how: object) -> None:
        raise KeyError("C99")

    with monkeypatch.context() as patch:
        patch.setattr(turns, "simulate", broken)
        assert take_turn(cast.victims.pk, simulation.pk, 1) is False
    assert (now(simulation).end, now(simulation).done) == ("failed", 1000)
    assert carried(begun(cast, draft, cast.rita, kind="invented", number=10)).end == "done"


def test_one_at_a_time_for_a_service_and_another_service_is_not_kept_waiting(cast: Cast):
    draft = draft_of(cast)
    proposed(cast, draft)
    running = begun(cast, draft, cast.rita, kind="invented", number=5000)
    with pytest.raises(refusals.UnderWay) as refused:
        begun(cast, draft, cast.denis, kind="invented", number=5)
    assert refused.value.simulation == running
    assert carried(begun(cast, draft, cast.remy, kind="invented", number=5)).end == "done"


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        pytest.param({"first": 5, "last": 10}, refusals.BackToFront, id="back to front"),
        pytest.param({"first": 5, "last": -1}, refusals.InTheFuture, id="in the future"),
        pytest.param({"first": 800, "last": 0}, refusals.SpanTooLong, id="too long"),
        pytest.param({"kind": "invented", "number": 100_001}, refusals.BadNumber, id="too many"),
        pytest.param({"kind": "invented", "number": 0}, refusals.BadNumber, id="none"),
        pytest.param({"first": 400, "last": 300}, refusals.NothingRead, id="nothing was read then"),
    ],
)
def test_what_is_not_begun(cast: Cast, draft, said: dict, refusal: type[Exception]):
    read_before(cast)
    days = {
        name: timezone.localdate() - timedelta(days=said.pop(name))
        for name in ("first", "last")
        if name in said
    }
    with pytest.raises(refusal):
        begun(cast, draft, cast.rita, **said, **days)
    with inside(cast.victims):
        assert not Simulation.objects.exists()


def test_which_drafts_are_not_played(cast: Cast, draft):
    read_before(cast)
    rita = cast.actor(cast.rita)
    with inside(cast.victims):
        drafts.set_parties(actor=rita, draft=draft, parties={"COO": cast.coordination})
    with pytest.raises(refusals.NotAParty):
        begun(cast, draft, cast.rita)
    with inside(cast.victims):
        draft = drafts.save(actor=rita, draft=draft, text=draft.text + "- x: [\n", revision=2)
    with pytest.raises(refusals.NotReadable):
        begun(cast, draft, cast.rita)
    with inside(cast.victims):
        empty = drafts.create(actor=rita)
    with pytest.raises(refusals.OrdersNothing):
        begun(cast, empty, cast.rita)
    with inside(cast.victims):
        drafts.drop(actor=rita, draft=draft)
    with pytest.raises(refusals.NotInWork):
        begun(cast, draft, cast.rita)


def test_only_who_writes_protocols_simulates_and_it_is_in_the_journal(cast: Cast, draft):
    a_past(cast)
    for who in (cast.ana, cast.olga):
        with pytest.raises(RightLacking):
            begun(cast, draft, who)
    simulation = begun(cast, draft, cast.rita)
    with pytest.raises(RightLacking), inside(cast.victims):
        beginning.stop(actor=cast.actor(cast.ana), simulation_id=simulation.pk)
    with inside(cast.victims):
        [event] = Event.objects.filter(tag=Tag.PROTOCOL_SIMULATED)
    assert (event.user_id, event.subject_id) == (cast.rita.pk, simulation.pk)
    assert event.detail["readings"] == 5


def test_a_turn_hints_at_the_next_and_never_in_the_queues_of_alerts(
    cast: Cast, draft, asked, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        simulation = begun(cast, draft, cast.rita, kind="invented", number=1500)
    ids = (str(cast.victims.pk), str(simulation.pk))
    for _turn in range(2):
        tasks.simulate(*asked[-1][0][1:])
    assert [given for given, _how in asked] == [("alerts.simulate", *ids, turn) for turn in (0, 1)]
    assert {how["queue"] for _given, how in asked} == {"simulation"}
    assert now(simulation).end == "done"


def test_while_another_is_worked_on_the_turn_waits_and_is_not_taken_for_stalled(
    cast: Cast, draft, asked, cluster
):
    simulation = begun(cast, draft, cast.rita, kind="invented", number=1500)
    with inside(cast.victims):
        Simulation.objects.update(moved_at=timezone.now() - timedelta(minutes=2))
    with as_app(cluster, connection.settings_dict["NAME"]) as elsewhere:
        elsewhere.execute("SELECT pg_advisory_lock(hashtextextended('alerts.simulate', 0))")
        tasks.simulate(str(cast.victims.pk), str(simulation.pk), 0)
    [(given, how)] = asked
    assert (given[-1], how) == (0, {"queue": "simulation", "in_seconds": 1})
    assert now(simulation).turns == 0
    assert hint_at_simulations() == 0


def test_one_that_stands_still_is_hinted_at_again(cast: Cast, draft, asked):
    simulation = begun(cast, draft, cast.rita, kind="invented", number=1500)
    take_turn(cast.victims.pk, simulation.pk, 0)
    asked.clear()
    assert hint_at_simulations() == 0
    with inside(cast.victims):
        Simulation.objects.update(moved_at=timezone.now() - timedelta(minutes=2))
        assert stalled(cast.victims) == (simulation.pk, 1)
    with inside(cast.programme):
        assert stalled(cast.programme) is None
    assert hint_at_simulations() == 1
    assert asked[0][0] == ("alerts.simulate", str(cast.victims.pk), str(simulation.pk), 1)
