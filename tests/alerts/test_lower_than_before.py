"""A level lower than the one before, which the grid suggests itself: it counts at once, and is read a second time."""

import pytest

from alerts import factories, services
from alerts.factories import finalised
from alerts.models import Alert
from assessment.factories import LEVEL_3, LEVEL_4, draft
from assessment.models import Reading, SecondReading
from assessment.refusals import NothingHigherSuggested
from cases.factories import case as make_case
from pole.clock import database_now
from pole.tenancy.context import inside
from tests.alerts.screens import get, in_force, post, received_by, text_of, undefined_variables_fail
from tests.cast import Cast

pytestmark = pytest.mark.django_db
__all__ = ["in_force", "undefined_variables_fail"]


@pytest.fixture
def case(cast: Cast, in_force):
    """Read as 4, and everybody was told; the person agreed to what the other association is told."""
    with inside(cast.victims):
        case = make_case(cast.victims, team=[cast.ana], followed="Nora Lien", partner="Paul Lien")
        factories.agreement(case, cast.programme, by=cast.ana)
    finalised(cast.actor(cast.ana), LEVEL_4, at=database_now(), case=case)
    return case


@pytest.fixture
def lower(cast: Cast, case) -> Reading:
    """Read again as 3, as the grid suggests."""
    finalised(cast.actor(cast.ana), LEVEL_3, at=database_now(), case=case, motive="Elle est loin.")
    with inside(cast.victims):
        return Reading.objects.finalised().latest_first()[0]


def told_of(cast: Cast, reading: Reading) -> list[tuple[str, str]]:
    with inside(cast.victims):
        return [(each.recipient.slug, each.state) for each in Alert.objects.filter(reading=reading)]


def settle(cast: Cast, reading: Reading, *, agrees: bool) -> None:
    with inside(cast.victims):
        rita = cast.actor(cast.rita)
        services.second_reading(
            actor=rita, reading_id=reading.pk, agrees=agrees, motive="Vu.", at=database_now()
        )


def test_it_counts_and_waits_for_a_second_reader(lower):
    assert (lower.suggested, lower.chosen, lower.in_force, lower.previous_level) == (3, 3, 3, 4)
    assert lower.awaits_second


@pytest.mark.parametrize("agrees", [True, False])
def test_the_second_readers_word_tells_nobody_again(cast: Cast, lower, agrees):
    before = told_of(cast, lower)
    received = {who: len(received_by(who)) for who in (cast.programme, cast.police)}
    assert before == [("cap-alternatives", "sent")]

    settle(cast, lower, agrees=agrees)

    assert told_of(cast, lower) == before
    assert {who: len(received_by(who)) for who in received} == received
    assert not received_by(cast.elsewhere)


def test_nothing_says_that_the_higher_level_counts(cast: Cast, case, lower):
    page = text_of(get(cast.rita, "alerts:reading", lower.pk))
    assert "Ana a retenu 3, plus bas que le niveau en vigueur avant cette lecture (4)." in page
    assert "3 compte dès maintenant" in page
    assert "La criticité 3 compte déjà" in page
    assert "c’est 4 qui compte" not in page
    assert "ce qui attendait n’est pas envoyé" not in page

    settle(cast, lower, agrees=True)
    with inside(cast.victims):
        again = draft(case, cast.ana, LEVEL_3 | {"E10": "past", "A7": "recent"})
    before = text_of(get(cast.ana, "alerts:preview", again.pk))
    assert "Niveau plus bas qu’à la lecture précédente" in before
    assert "Il compte dès maintenant" in before


def test_a_level_below_the_suggestion_still_says_which_one_counts(cast: Cast, case):
    finalised(cast.actor(cast.ana), LEVEL_4, at=database_now(), case=case, chosen=3, motive="Il est loin.")
    with inside(cast.victims):
        lowered = Reading.objects.finalised().latest_first()[0]
    page = text_of(get(cast.rita, "alerts:reading", lowered.pk))
    assert "Ana a retenu 3 alors que la grille suggère 4." in page
    assert "c’est 4 qui compte" in page
    assert "compte déjà" not in page


def test_taking_what_the_grid_suggests_is_no_way_round_the_second_reader(cast: Cast, lower):
    post(cast.rita, "alerts:second", lower.pk, word="back", motive="Depuis quand ?")
    page = text_of(get(cast.ana, "alerts:reading", lower.pk))
    assert 'value="keep"' in page
    assert 'value="take"' not in page
    assert post(cast.ana, "alerts:answer_back", lower.pk, answer="take", motive="").status_code == 422

    with inside(cast.victims), pytest.raises(NothingHigherSuggested):
        services.answer_sent_back(
            actor=cast.actor(cast.ana),
            reading_id=lower.pk,
            motive="",
            takes_suggestion=True,
            at=database_now(),
        )
    with inside(cast.victims):
        assert Reading.objects.get(pk=lower.pk).second == SecondReading.SENT_BACK
