"""How a version ends or pauses: by its days, an amendment, or one party's direction; from the very minute on."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from alerts.factories import in_force_around
from pole.accounts.again import Confirmed
from pole.calendar import Period
from pole.clock import database_now
from pole.tenancy.actor import Actor, RightLacking
from pole.tenancy.context import inside
from pole.tenancy.factories import person
from pole.tenancy.permissions import Role
from protocols import drafts, ending
from protocols import exchange as door
from protocols.documents import load_protocol
from protocols.draft_text import unsigned
from protocols.lifetime import State
from protocols.models import ExchangeKind, LifeEvent, ProtocolVersion
from protocols.refusals import (
    LeavesSomebodyOut,
    MotiveMissing,
    NoNotice,
    NotConfirmed,
    NotSuspended,
    NotTheSameProtocol,
    OverAlready,
    Overlapping,
    SuspendedAlready,
    WithdrawnAlready,
)
from protocols.registry import lifetime_of, shipped_text, standing_under, standings
from tests.alerts.screens import signed_between
from tests.cast import Cast
from tests.protocols.signers import Signers, make_signers

pytestmark = pytest.mark.django_db
BRUSSELS = ZoneInfo("Europe/Brussels")
SECOND = timedelta(seconds=1)


@pytest.fixture
def signers(cast: Cast) -> Signers:
    return make_signers(cast)


@pytest.fixture
def version(signers: Signers) -> ProtocolVersion:
    return signed_between(signers.cast, from_days=-30, until_days=300)


def decide(act, actor: Actor, version: ProtocolVersion, **said) -> LifeEvent:
    with inside(actor.service):
        confirmed = Confirmed(actor.person_id, database_now())
        return act(actor=actor, version=version, **{"confirmed": confirmed, **said})


def state(version: ProtocolVersion, at: datetime | None = None) -> State:
    return lifetime_of(ProtocolVersion.objects.get(pk=version.pk)).state(at or database_now())


def crosses(cast: Cast, version: ProtocolVersion, at: datetime) -> bool:
    """Whether the door lets a level through from the programme to the victims' service, on a basis it admits."""
    actor = cast.actor(cast.bruno)
    with inside(actor.service):
        standing = standing_under(version, actor.service)
        try:
            door.send(
                actor=actor,
                standing=standing,
                recipient=cast.victims,
                kind=ExchangeKind.ALERT,
                article="5 §1",
                purposes=["F1"],
                bases={"C05": "necessity"},
                content={"C05": [{"level": 3}]},
                at=at,
            )
        except door.Refused as shut:
            return not (shut.reason and shut.instead)  # a door that shuts says why, and what else to do
        return True


def test_it_begins_and_expires_with_its_days_in_its_own_time_zone(cast: Cast):
    version = signed_between(cast, from_days=-30, until_days=300)
    first = datetime.combine(version.in_force_from, datetime.min.time(), BRUSSELS)
    over = datetime.combine(version.in_force_until + timedelta(days=1), datetime.min.time(), BRUSSELS)
    expected = [
        (first - SECOND, State.LATER),
        (first, State.NOW),
        (over - SECOND, State.NOW),
        (over, State.OVER),
    ]
    for at, where in expected:
        assert state(version, at) == where
        assert bool(standings(cast.victims, at)) == (where is State.NOW)
        assert crosses(cast, version, at) == (where is State.NOW)


def test_withdrawing_with_notice_ends_it_for_all_when_the_notice_is_over(cast, signers, version):
    event = decide(ending.withdraw, signers.of["POL"], version, at_once=False)
    last = Period(months=1).after(timezone.localdate(event.decided_at))
    assert event.effective_at == datetime.combine(last + timedelta(days=1), datetime.min.time(), BRUSSELS)
    for service in signers.parties.values():
        assert standings(service, event.effective_at - SECOND)
        assert not standings(service, event.effective_at)
    assert crosses(cast, version, event.effective_at - SECOND)
    assert not crosses(cast, version, event.effective_at)
    with pytest.raises(WithdrawnAlready):
        decide(ending.withdraw, signers.of["POL"], version, at_once=False)


def test_a_notice_runs_as_the_document_states_it():
    friday = datetime(2026, 9, 18, 16, 30, tzinfo=BRUSSELS)
    text = shipped_text("demo-2026")
    for notice, over in {
        "1 month": datetime(2026, 10, 19, tzinfo=BRUSSELS),
        "10 days": datetime(2026, 9, 29, tzinfo=BRUSSELS),
        "2 working days": datetime(2026, 9, 22, 16, 30, tzinfo=BRUSSELS),
    }.items():
        protocol = load_protocol(text.replace("terms: {notice: 1 month}", f"terms: {{notice: {notice}}}"))
        assert ending.notice_ends(protocol, friday) == over
    silent = text.replace("    terms: {notice: 1 month}", "    orders: nothing")
    with pytest.raises(NoNotice):
        ending.notice_ends(load_protocol(silent), friday)


def test_withdrawing_at_once_closes_every_flow_in_that_moment(cast, signers, version):
    before = database_now()
    with pytest.raises(MotiveMissing):
        decide(ending.withdraw, signers.of["VIC"], version, at_once=True, motive=" ")
    assert state(version) is State.NOW
    event = decide(ending.withdraw, signers.of["VIC"], version, at_once=True, motive="Safety of our team.")
    assert state(version) is State.OVER
    assert not crosses(cast, version, database_now())
    assert state(version, before) is State.NOW
    assert (event.motive, event.effective_at) == ("Safety of our team.", event.decided_at)
    for act in (ending.withdraw, ending.suspend):
        with pytest.raises(OverAlready):
            decide(act, signers.of["AUT"], version, at_once=True, motive="we too")


def test_a_notice_that_runs_can_be_cut_short_by_anybody(signers, version):
    decide(ending.withdraw, signers.of["POL"], version, at_once=False)
    decide(ending.withdraw, signers.of["AUT"], version, at_once=True, motive="Now.")
    assert state(version) is State.OVER


def test_a_suspension_lasts_until_whoever_decided_it_resumes(cast, signers, version):
    vic, aut = signers.of["VIC"], signers.of["AUT"]
    decide(ending.suspend, vic, version, at_once=True, motive="A leak to be understood.")
    assert state(version) is State.SUSPENDED
    assert not standings(cast.programme, database_now())
    assert not crosses(cast, version, database_now())
    with pytest.raises(NotSuspended):
        decide(ending.resume, aut, version)
    with pytest.raises(SuspendedAlready):
        decide(ending.suspend, vic, version, at_once=True, motive="again")
    decide(ending.suspend, aut, version, at_once=True, motive="Ours too.")
    decide(ending.resume, vic, version)
    assert state(version) is State.SUSPENDED
    decide(ending.resume, aut, version)
    assert state(version) is State.NOW
    assert crosses(cast, version, database_now())


def test_a_suspension_announced_can_be_called_off(signers, version):
    vic = signers.of["VIC"]
    event = decide(ending.suspend, vic, version, at_once=False)
    assert state(version) is State.NOW
    assert state(version, event.effective_at) is State.SUSPENDED
    decide(ending.resume, vic, version)
    assert state(version, event.effective_at) is State.NOW


def test_only_a_direction_of_a_party_decides_with_both_factors(cast, signers, version):
    said = {"at_once": True, "motive": "x"}
    for user in (cast.ana, cast.rita, cast.olga, cast.carla, cast.cleo):
        for act in (ending.suspend, ending.withdraw):
            with pytest.raises(RightLacking):
                decide(act, cast.actor(user), version, **said)
        with pytest.raises(RightLacking):
            decide(ending.resume, cast.actor(user), version)
    stranger = cast.actor(person("Dirk", at=cast.elsewhere, role=Role.DIRECTION))
    for act in (ending.suspend, ending.withdraw):
        with pytest.raises(ProtocolVersion.DoesNotExist):
            decide(act, stranger, version, **said)
    vic = signers.of["VIC"]
    old = Confirmed(vic.person_id, database_now() - timedelta(minutes=5))
    with pytest.raises(NotConfirmed):
        decide(ending.withdraw, vic, version, confirmed=old, **said)
    assert not LifeEvent.objects.exists()


# ---- Amendments


def text_of(first: date, last: date, version: str) -> str:
    text = unsigned(in_force_around(shipped_text("demo-2026"), timezone.localdate()))
    text = text.replace('version: "1"', f'version: "{version}"')
    return text.replace("in_force: {", f"in_force: {{from: {first}, until: {last}}}  # {{")


def amendment(signers: Signers, version: ProtocolVersion, text: str, parties=None):
    coo = signers.of["COO"]
    with inside(coo.service):
        draft = drafts.amend(actor=coo, version=version)
        draft = drafts.save(actor=coo, draft=draft, text=text, revision=1)
        if parties:
            drafts.set_parties(actor=coo, draft=draft, parties=parties)
        return drafts.propose(actor=coo, draft=draft, revision=2)


def test_an_amendment_ends_the_older_version_the_day_before_its_own_first(cast, signers, version):
    first = timezone.localdate() + timedelta(days=10)
    draft = amendment(signers, version, text_of(first, first + timedelta(days=500), "2"))
    signers.sign(draft, "VIC")
    assert lifetime_of(version).ended_by is None
    for code in ("AUT", "POL", "COO"):
        draft = signers.sign(draft, code)
    begins = datetime.combine(first, datetime.min.time(), BRUSSELS)
    [event] = LifeEvent.objects.all()
    assert (event.kind, event.by_version, event.effective_at) == ("amended", draft.became, begins)
    for at, speaks in [(begins - SECOND, version), (begins, draft.became)]:
        assert [each.version for each in standings(cast.police, at)] == [speaks]
        for each in (version, draft.became):
            assert crosses(cast, each, at) == (each == speaks)


def test_one_signed_after_its_first_day_changes_nothing_in_the_past(cast, signers, version):
    first = timezone.localdate() - timedelta(days=3)
    before = database_now()
    draft = signers.all_sign(amendment(signers, version, text_of(first, first + timedelta(days=90), "2")))
    [event] = LifeEvent.objects.all()
    assert event.effective_at == event.decided_at > before
    assert [each.version for each in standings(cast.police, database_now())] == [draft.became]
    assert version in [each.version for each in standings(cast.police, before)]


def test_what_is_no_amendment_of_it_does_not_overlap(signers, version):
    first = timezone.localdate() + timedelta(days=10)
    text = text_of(first, first + timedelta(days=90), "2")
    signers.refused(signers.proposed(text), "VIC", Overlapping)
    other = amendment(signers, version, text.replace("protocol: demo-2026", "protocol: other", 1))
    signers.refused(other, "VIC", NotTheSameProtocol)
    early = version.in_force_from
    earlier = amendment(signers, version, text_of(early, early + timedelta(days=400), "3"))
    signers.refused(earlier, "VIC", NotTheSameProtocol)
    # Two amendments of one version: the second is none of what is in force then.
    one, two = (amendment(signers, version, text.replace('"2"', f'"{n}"')) for n in (4, 5))
    signers.all_sign(one)
    signers.refused(two, "VIC", Overlapping)


def test_after_a_withdrawal_the_others_may_begin_anew(signers, version):
    event = decide(ending.withdraw, signers.of["POL"], version, at_once=False)
    first = event.effective_at.astimezone(BRUSSELS).date()
    early = text_of(first - timedelta(days=1), first + timedelta(days=90), "2")
    signers.refused(signers.proposed(early), "VIC", Overlapping)
    draft = signers.all_sign(signers.proposed(text_of(first, first + timedelta(days=90), "3")))
    assert state(draft.became, event.effective_at) is State.NOW
    assert state(version, event.effective_at) is State.OVER


def test_nobody_is_put_out_by_an_amendment(cast, signers, version):
    first = timezone.localdate() + timedelta(days=60)
    text = text_of(first, first + timedelta(days=90), "2")
    other = person("Rutger", at=cast.elsewhere, role=Role.REFERENT)
    assert other
    person("Dirk", at=cast.elsewhere, role=Role.DIRECTION)
    draft = amendment(signers, version, text, parties={**signers.parties, "VIC": cast.elsewhere})
    signers.refused(draft, "AUT", LeavesSomebodyOut)
    decide(ending.withdraw, signers.of["VIC"], version, at_once=False)
    signers.sign(draft, "AUT")


def test_days_far_away_are_no_matter(cast: Cast):
    version = signed_between(cast, from_days=-30, until_days=300)
    assert state(version, datetime(2100, 1, 1, tzinfo=UTC)) is State.OVER
    assert not standings(cast.victims, datetime(2100, 1, 1, tzinfo=UTC))
