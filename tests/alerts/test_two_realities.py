"""The page of a situation and where else its state shows: what crossed, what may, and nothing to bystanders."""

import pytest

from alerts import recall
from alerts.factories import agreement, finalised
from alerts.handling import attach_case
from alerts.models import Alert, OwedKind
from alerts.realities import Reality, applied_level, set_side_by_side
from assessment.factories import LEVEL_4
from assessment.grids import load_grid
from cases.factories import case as make_case
from pole.clock import database_now
from pole.tenancy.context import inside
from protocols import ending
from protocols import exchange as door
from protocols.models import ProtocolVersion
from tests.alerts.screens import get, in_force, queries_of, signed_between, text_of, undefined_variables_fail
from tests.alerts.two_sides import conclude, linked, work_off
from tests.cast import Cast

pytestmark = pytest.mark.django_db
__all__ = ["in_force", "linked", "undefined_variables_fail"]
GRID = load_grid("pdc-1")
M9 = {"M9": GRID.markers["M9"].label}


def labels(*codes: str) -> tuple[str, ...]:
    return tuple(GRID.indicators[code].label for code in codes)


def side_by_side(own, theirs, known=(), **crossed):
    return set_side_by_side(own, theirs, grid=GRID, known=known, **crossed)


def test_behind_another_type_stand_the_lines_that_nobody_explored_here():
    own, theirs = Reality("pdc-1", 2, "TI", {}), Reality("pdc-1", 2, "TR", {})
    found = side_by_side(own, theirs, known=GRID.indicators.keys() - {"B3"})
    assert found.behind_their_type == labels("B3")
    assert side_by_side(own, theirs, known=GRID.indicators).behind_their_type == ()
    assert side_by_side(theirs, theirs).behind_their_type == ()


def test_an_answer_that_crossed_is_a_blind_spot_only_while_unknown_here():
    both = Reality("pdc-1", 3, "T1", {})
    assert side_by_side(both, both, answered={"E5"}).only_they_answered == labels("E5")
    assert side_by_side(both, both, known={"E5"}, answered={"E5"}).only_they_answered == ()


def test_of_a_marker_of_ours_alone_it_is_said_whether_they_were_told():
    own, theirs = Reality("pdc-1", 3, "T1", M9), Reality("pdc-1", 2, "T1", {})
    assert [spot.told for spot in side_by_side(own, theirs).blind] == [False]
    assert [spot.told for spot in side_by_side(own, theirs, told={"M9"}).blind] == [True]


@pytest.mark.parametrize(
    ("levels", "agreed", "applied"),
    [
        pytest.param((2, 4), None, 4, id="the highest while they differ"),
        pytest.param((2, 4), 3, 3, id="what both agreed on"),
        pytest.param((None, 2), None, 2, id="what could not be assessed is not compared"),
        pytest.param((None, None), None, None, id="none known"),
    ],
)
def test_which_level_applies(levels, agreed, applied):
    assert applied_level(levels, agreed=agreed) == applied


def test_each_side_sees_what_crossed_either_way_with_article_and_categories(cast: Cast, linked):
    his = text_of(get(cast.bruno, "alerts:situation", linked[1].pk))
    assert M9["M9"] in his
    assert "D’eux vers nous" in his
    assert "article 4 §1" in his
    assert "lecture (dynamique, criticité, marqueurs)" in his
    hers = text_of(get(cast.ana, "alerts:situation", linked[0].pk))
    assert "De nous vers eux" in hers
    assert M9["M9"] in hers
    for secret in ("Nora", str(linked[0].case_id), linked[0].case.reference + " ·"):
        assert secret not in his


def test_what_went_to_the_police_is_not_in_the_history_with_the_programme(cast: Cast, linked):
    with inside(cast.victims):
        to_police = Alert.objects.get(recipient=cast.police)
    hers = text_of(get(cast.ana, "alerts:situation", linked[0].pk))
    assert hers.count("De nous vers eux") == 2  # one exchange, and what may cross
    assert str(to_police.exchange_id) not in hers


def test_what_the_partner_wrote_about_another_case_of_ours_is_not_in_it(cast: Cast, linked):
    alerts = finalised(cast.actor(cast.ana), LEVEL_4, at=database_now())
    [other] = [alert for alert in alerts if alert.recipient == cast.programme]
    bruno = cast.actor(cast.bruno)
    with inside(cast.programme):
        theirs = make_case(cast.programme, team=[cast.bruno], followed="Luc Lien")
        attach_case(actor=bruno, exchange=door.received(bruno, other.exchange_id), case=theirs)
    assert str(other.exchange_id) not in text_of(get(cast.bruno, "alerts:situation", linked[1].pk))


def test_an_answer_that_an_alert_carried_and_that_we_never_explored_is_a_blind_spot(cast: Cast, linked):
    armed = LEVEL_4 | {"E5": "current", "A15": "current"}
    with inside(cast.victims):
        agreement(linked[0].case, cast.programme, by=cast.ana)
    finalised(cast.actor(cast.ana), armed, at=database_now(), case=linked[0].case)
    work_off(OwedKind.LEVELS)
    finalised(cast.actor(cast.bruno), {"A7": "recent"}, at=database_now(), case=linked[1].case)
    his = text_of(get(cast.bruno, "alerts:situation", linked[1].pk))
    assert f"{GRID.indicators['E5'].label} : {cast.victims.name} a transmis une réponse" in his


def test_a_message_taken_back_says_so(cast: Cast, linked):
    with inside(cast.victims):
        red = Alert.objects.get(recipient=cast.programme)
        recall.recall(actor=cast.actor(cast.ana), alert_id=red.pk, because="Erreur.", at=database_now())
    assert "retirée depuis" in text_of(get(cast.bruno, "alerts:situation", linked[1].pk))


def test_what_the_matrix_refuses_is_said(cast: Cast, linked):
    sentence = "passe avec l’accord de la personne, ou sans son accord à partir du niveau 3"
    assert sentence in text_of(get(cast.bruno, "alerts:situation", linked[1].pk))
    older, shut = (
        ProtocolVersion.objects.get(),
        {
            "VIC -> AUT: {both: [C01, C05]": "VIC -> AUT: {both: [C01]",
            "[C01, C05, C06, C12, C13]": "[C01, C06, C12, C13]",
            "[C01, C04, C05, C14]": "[C01]",
            "VIC -> AUT: [C01, C05]": "VIC -> AUT: [C01]",
            "VIC -> AUT: [C01, C04, C05]": "VIC -> AUT: [C01]",
        },
    )
    newer = signed_between(cast, version="2", changed=shut, amends=older)
    with inside(cast.victims):
        ending.amended(actor=cast.actor(cast.denis), version=older, by=newer, now=database_now())
    his = text_of(get(cast.bruno, "alerts:situation", linked[1].pk))
    assert "Le protocole ne prévoit pas que la lecture passe" in his


def test_the_case_page_says_that_it_is_open_and_then_how_it_ended(cast: Cast, linked):
    page = text_of(get(cast.bruno, "desk:case", linked[1].case_id))
    assert "désaccord ouvert, à traiter" in page
    conclude(cast, cast.remy, "recorded")
    conclude(cast, cast.rita, "recorded")
    page = text_of(get(cast.bruno, "desk:case", linked[1].case_id))
    assert "désaccord ouvert, à traiter" not in page
    assert "désaccord acté" in page


def test_the_dashboard_brings_it_to_who_concludes_and_to_nobody_else(cast: Cast, linked):
    title = "Désaccords avec un partenaire, à traiter"
    assert title in text_of(get(cast.remy, "desk:dashboard"))
    for other in (cast.bruno, cast.rita, cast.rosa, cast.cleo, cast.dora):
        assert title not in text_of(get(other, "desk:dashboard"))


def test_a_party_to_the_protocol_but_not_to_the_link_finds_nothing(cast: Cast, linked):
    with inside(cast.police):
        make_case(cast.police, team=[cast.carla], followed="Nora Lien")
    for situation in linked:
        assert get(cast.carla, "alerts:situation", situation.pk).status_code == 404
        assert get(cast.rosa, "alerts:situation", situation.pk).status_code == 404


def test_the_page_asks_as_often_for_many_exchanges_as_for_one(cast: Cast, linked):
    few = queries_of(cast.bruno, "alerts:situation", linked[1].pk)
    for marker in ("A8", "A15", "B7"):
        answers = LEVEL_4 | {marker: "current"}
        finalised(cast.actor(cast.ana), answers, at=database_now(), case=linked[0].case)
        work_off(OwedKind.LEVELS)
    assert len(queries_of(cast.bruno, "alerts:situation", linked[1].pk)) == len(few)
    assert len(few) <= 15, few
