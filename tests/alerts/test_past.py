"""A service's past played again: what the protocol in force ordered then is what the simulation finds."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alerts.factories import agreement, finalised
from alerts.facts import facts_kept, facts_under
from alerts.models import Alert
from alerts.past import Seat, Span, all_moments
from alerts.services import answer_sent_back, second_reading, send_back_reading
from alerts.synthetic import synthetic
from assessment.factories import LEVEL_1, LEVEL_2, LEVEL_3, LEVEL_4, NOT_ASSESSABLE
from assessment.grids import load_grid
from assessment.models import Reading
from assessment.plain import as_plain_data
from assessment.reading import read
from cases.factories import case as make_case
from cases.factories import incident, person
from cases.models import PersonRole
from pole.holidays import holidays_around
from pole.tenancy.context import inside
from pole.tenancy.models import Service
from protocols.counts import Found
from protocols.documents import load_protocol
from protocols.models import ProtocolVersion
from protocols.registry import protocol_of, standing_under
from protocols.simulation import Moment, simulate
from tests.alerts.conftest import TUESDAY_10
from tests.cast import Cast

pytestmark = pytest.mark.django_db
DAY = TUESDAY_10.date()
SPAN = Span(DAY, DAY + timedelta(days=60))
LATER = timedelta(days=5)


def new_case(cast: Cast, *, agrees: bool = False, **fields: Any) -> Any:
    with inside(cast.victims):
        case = make_case(cast.victims, team=[cast.ana], followed="Nora Lien", partner="Paul Lien", **fields)
        if agrees:
            agree(cast, case)
    return case


def agree(cast: Cast, case: Any, **fields: Any) -> Any:
    given = {"given_on": DAY, "informed_on": DAY, "expires_on": DAY + timedelta(days=90), **fields}
    return agreement(case, cast.programme, by=cast.ana, **given)


def read_at(cast: Cast, answers: Any, case: Any, at: Any = TUESDAY_10, **choice: Any) -> Reading:
    finalised(cast.actor(cast.ana), answers, at=at, case=case, **choice)
    with inside(cast.victims):
        return Reading.objects.filter(case=case).latest("finalised_at")


def moments(
    cast: Cast, version: ProtocolVersion, span: Span = SPAN, of: Service | None = None
) -> list[Moment]:
    service = of or cast.victims
    standing = standing_under(version, service)
    codes = {other.pk: code for code, other in standing.services.items()}
    with inside(service):
        return list(all_moments(service, [Seat(protocol_of(version), standing.code, codes)], span))


def simulated(cast: Cast, version: ProtocolVersion) -> list[tuple[Any, ...]]:
    played = simulate([protocol_of(version)], moments(cast, version), holidays=holidays_around, found=Found())
    return sorted(
        (
            str(each.moment.case),
            order.recipient,
            order.action,
            order.urgency,
            order.article,
            [*order.categories],
        )
        for each in played
        for order in each.orders[0]
    )


def happened(cast: Cast, version: ProtocolVersion) -> list[tuple[Any, ...]]:
    """What was really decided: sent at once, or held whatever became of it."""
    codes = {party.service_id: party.code for party in version.parties.all()}
    with inside(cast.victims):
        return sorted(
            (
                str(alert.case_id),
                codes[alert.recipient_id],
                "hold" if alert.held_because else "send",
                alert.urgency,
                alert.article,
                sorted(alert.categories),
            )
            for alert in Alert.objects.all()
        )


@pytest.fixture
def a_past(cast: Cast, protocol: ProtocolVersion) -> None:
    """Every way in which a reading may have met the protocol."""
    for answers in (LEVEL_1, LEVEL_2, LEVEL_3, LEVEL_4, NOT_ASSESSABLE):
        for agrees in (False, True):
            read_at(cast, answers, new_case(cast, agrees=agrees))
    risen = new_case(cast, agrees=True)
    read_at(cast, LEVEL_2, risen)
    read_at(cast, LEVEL_2 | {"A6": "recent"}, risen, TUESDAY_10 + LATER)
    read_at(cast, LEVEL_4, risen, TUESDAY_10 + 2 * LATER)
    read_at(cast, LEVEL_4, risen, TUESDAY_10 + 3 * LATER)
    read_at(cast, LEVEL_2, new_case(cast), chosen=3)
    read_at(cast, LEVEL_4, new_case(cast, agrees=True), chosen=3, motive="Moins grave.")
    with_child = {"A12": {"value": "recent", "details": {"children_present": True}}}
    read_at(cast, LEVEL_1 | with_child, new_case(cast, agrees=True))


def test_it_finds_what_really_happened(cast: Cast, protocol, a_past):
    assert simulated(cast, protocol) == happened(cast, protocol)
    actions = {(row[1], row[2], row[3]) for row in happened(cast, protocol)}
    assert {("AUT", "send", "orange"), ("AUT", "hold", "orange"), ("POL", "send", "red")} <= actions


@pytest.mark.parametrize("agrees", [True, False])
def test_a_second_reader_later_changes_nothing_of_the_day(cast: Cast, protocol, agrees):
    reading = read_at(cast, LEVEL_4, new_case(cast, agrees=True), chosen=3, motive="Moins grave.")
    with inside(cast.victims):
        second_reading(
            actor=cast.actor(cast.rita),
            reading_id=reading.pk,
            agrees=agrees,
            motive="Vu.",
            at=TUESDAY_10 + LATER,
        )
    found = simulated(cast, protocol)
    assert found == happened(cast, protocol)
    assert (found[-1][1:4] == ("POL", "send", "red")) is not agrees
    assert len(moments(cast, protocol)) == (1 if agrees else 2)


def test_an_author_who_took_the_suggestion_back_is_asked_once_more(cast: Cast, protocol):
    reading = read_at(cast, LEVEL_4, new_case(cast, agrees=True), chosen=3, motive="Moins grave.")
    with inside(cast.victims):
        back = {"question": "Pourquoi ?", "at": TUESDAY_10 + LATER}
        send_back_reading(actor=cast.actor(cast.rita), reading_id=reading.pk, **back)
        answer_sent_back(
            actor=cast.actor(cast.ana),
            reading_id=reading.pk,
            motive="",
            takes_suggestion=True,
            at=TUESDAY_10 + LATER,
        )
    assert simulated(cast, protocol) == happened(cast, protocol)


def agreed_to(found: list[Moment]) -> list[bool]:
    return [bool(each.facts[0].agreements) for each in found]


def test_agreements_count_as_they_stood_on_the_day(cast: Cast, protocol):
    case = new_case(cast)
    with inside(cast.victims):
        agree(
            cast,
            case,
            given_on=DAY + timedelta(days=1),
            informed_on=DAY,
            withdrawn_at=TUESDAY_10 + 2 * LATER - timedelta(hours=1),
        )
    for times in range(3):
        read_at(cast, LEVEL_3, case, TUESDAY_10 + times * LATER)
    assert agreed_to(moments(cast, protocol)) == [False, True, False], "not yet, then given, then withdrawn"
    assert simulated(cast, protocol)[0][2] == "hold"


def test_an_agreement_that_expired_and_another_persons_open_nothing(cast: Cast, protocol):
    over, partners = new_case(cast), new_case(cast)
    with inside(cast.victims):
        agree(cast, over, given_on=DAY - LATER, informed_on=DAY - LATER, expires_on=DAY - timedelta(days=1))
        child = person(partners, "Lou Lien", role=PersonRole.CHILD)
        agree(cast, partners).__class__.objects.filter(case=partners).update(person=child)
    for case in (over, partners):
        read_at(cast, LEVEL_3, case)
    assert agreed_to(moments(cast, protocol)) == [False, False]


def test_another_services_readings_never_enter(cast: Cast, protocol):
    read_at(cast, LEVEL_4, new_case(cast))
    with inside(cast.programme):
        theirs = make_case(cast.programme, team=[cast.bruno], followed="Paul Lien", partner="Nora Lien")
    finalised(cast.actor(cast.bruno), LEVEL_4, at=TUESDAY_10, case=theirs)
    with inside(cast.elsewhere):
        strangers = make_case(cast.elsewhere, team=[cast.dora], followed="Ida Loin", partner="Guy Loin")
    finalised(cast.actor(cast.dora), LEVEL_4, at=TUESDAY_10, case=strangers)

    mine, their = moments(cast, protocol), moments(cast, protocol, of=cast.programme)
    assert [each.case for each in their] == [theirs.pk]
    assert len(mine) == 1
    assert strangers.pk not in {each.case for each in (*mine, *their)}


def test_a_restricted_case_counts_like_the_others(cast: Cast, protocol):
    hidden = new_case(cast, is_restricted=True)
    read_at(cast, LEVEL_4, hidden)
    assert [each.case for each in moments(cast, protocol)] == [hidden.pk]


def test_the_days_are_brussels_days_both_included(cast: Cast, protocol):
    before, first, last, after = (
        TUESDAY_10.replace(hour=hour, minute=minute) + timedelta(days=days)
        for days, hour, minute in ((-1, 21, 59), (-1, 22, 0), (0, 21, 59), (0, 22, 0))
    )
    for at in (before, first, last, after):
        read_at(cast, LEVEL_2, new_case(cast), at)
    found = moments(cast, protocol, Span(DAY, DAY))
    assert sorted(each.at for each in found) == [first, last]


def test_incidents_and_readings_are_a_past_as_known_then(cast: Cast, protocol):
    """`reunion-2026` looks back: what was recorded after a reading is not its past."""
    case = new_case(cast)
    with inside(cast.victims):
        incident(case, cast.ana, happened_on=DAY, recorded_at=TUESDAY_10 - timedelta(hours=1))
        incident(case, cast.ana, happened_on=DAY, recorded_at=TUESDAY_10 + timedelta(hours=1))
    read_at(cast, LEVEL_2, case)
    read_at(cast, LEVEL_2, case, TUESDAY_10 + LATER)
    seats = [Seat(load_protocol("reunion-2026"), "VIC", {})]
    with inside(cast.victims):
        found = list(all_moments(cast.victims, seats, Span(DAY + timedelta(days=1), DAY + 2 * LATER)))
    kinds = [sorted(event.kind for event in each.facts[0].events) for each in found]
    assert kinds == [["incident"], ["incident", "incident", "reading"]]
    assert [each.is_counted for each in found] == [False, True], "the first lies before the days asked for"


def test_it_asks_the_database_as_often_for_one_case_as_for_many(cast: Cast, protocol):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            moments(cast, protocol)
        return len(asked)

    read_at(cast, LEVEL_3, new_case(cast, agrees=True))
    queries()
    few = queries()
    for _ in range(6):
        read_at(cast, LEVEL_3, new_case(cast, agrees=True))
    assert queries() == few


def test_what_a_reading_keeps_gives_the_same_facts_as_reading_again(db: None):
    protocol, grid = load_protocol("demo-2026"), load_grid("pdc-1")
    details = {"A12": {"children_present": True}, "E9": {"against": "self"}, "E7": {"on": date(2026, 9, 20)}}
    made = synthetic([protocol], number=60, seed=5, first=DAY, last=DAY + timedelta(days=300))
    levels = set()
    for moment in made:
        codes = sorted(moment.facts[0].active)
        answers = {code: grid_answer(grid, code, details.get(code, {})) for code in codes}
        result = read(grid, answers, on=DAY)
        for level in {result.severity, 4}:
            kept = facts_kept(protocol, as_plain_data(result), party="VIC", level=level)
            assert kept == facts_under(protocol, result, party="VIC", level=level)
        levels.add(result.severity)
    assert len(levels) >= 3


def grid_answer(grid: Any, code: str, details: Any) -> Any:
    from assessment.reading import Answer

    known = {name: value for name, value in details.items() if name in grid.indicators[code].details}
    worst = max(grid.indicators[code].scale.values.values(), key=lambda value: value.rank)
    return Answer(worst.code, details=known)
