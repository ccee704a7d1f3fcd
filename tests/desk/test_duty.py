"""The screen of the duty rota: seen by the service, changed by coordination and direction, undone in one click."""

import re
from datetime import date, datetime, time, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from desk.fortnight import DAYS, WIDTH, fortnight_of
from pole.calendar import BRUSSELS
from pole.clock import database_now
from pole.holidays import holidays_around
from pole.tenancy.context import inside
from pole.tenancy.duty_refusals import when
from pole.tenancy.factories import on_duty, person
from pole.tenancy.models import DutyTurn
from pole.tenancy.permissions import Role
from tests.alerts.screens import get, in_force, post, queries_of, text_of, undefined_variables_fail
from tests.cast import Cast, posting, signed_in

pytestmark = pytest.mark.django_db
__all__ = ["in_force", "undefined_variables_fail"]


CHANGED = "cette garde a été modifiée. Voici le rôle tel qu’il est maintenant"


def monday() -> date:
    """The next Monday of which neither it nor its Tuesday is a holiday: nothing is promised on those."""
    found = timezone.localdate() + timedelta(days=7 - timezone.localdate().weekday())
    while {found, found + timedelta(days=1)} & holidays_around(found):
        found += timedelta(weeks=1)
    return found


def form(cast: Cast, who, **changed) -> dict[str, object]:
    return {
        "user_id": who.pk,
        "starts_on": monday().isoformat(),
        "starts": "09:00",
        "ends_on": "",
        "ends": "12:00",
        "weeks": "1",
    } | changed


def planned(cast: Cast, who, **changed) -> DutyTurn:
    assert post(cast.denis, "desk:duty_add", **form(cast, who, **changed)).status_code == 302
    with inside(cast.victims):
        return DutyTurn.objects.latest("starts_at")


def gaps_of(cast: Cast) -> list[tuple[date, str, str]]:
    with inside(cast.victims):
        weeks = fortnight_of(cast.victims, monday()).weeks
    return [
        (day.day, line.begins, line.ends)
        for week in weeks
        for day in week
        for line in day.lines
        if line.is_gap
    ]


def test_everybody_of_the_service_sees_it_and_a_stranger_finds_nothing(cast: Cast, in_force):
    planned(cast, cast.ana)
    for user in (cast.ana, cast.rita, cast.olga, cast.denis):
        assert "Ana" in text_of(get(user, "desk:duty", jour=monday().isoformat()))
    assert get(cast.dora, "desk:duty", service=cast.victims).status_code == 404
    assert "Ana" not in text_of(get(cast.dora, "desk:duty", jour=monday().isoformat()))


@pytest.mark.parametrize("who", ["ana", "rita", "olga"])
def test_others_than_coordination_and_direction_change_nothing(cast: Cast, who):
    turn, user = on_duty(cast.ana, at=cast.victims), getattr(cast, who)
    assert post(user, "desk:duty_add", **form(cast, cast.ana)).status_code == 403
    for name in ("duty_turn", "duty_remove", "duty_restore"):
        assert post(user, f"desk:{name}", turn.pk).status_code == 403
    assert "duty-add" not in get(user, "desk:duty").content.decode()


def test_a_coordinator_of_the_service_may(cast: Cast):
    user = person("Cora", at=cast.victims, role=Role.COORDINATION)
    assert post(user, "desk:duty_add", **form(cast, cast.ana)).status_code == 302


def test_gaps_in_the_promised_hours_are_marked(cast: Cast, in_force):
    planned(cast, cast.ana)
    gaps = gaps_of(cast)
    assert (monday(), "12:00", "17:00") in gaps
    assert (monday() + timedelta(days=1), "09:00", "17:00") in gaps
    assert not [gap for gap in gaps if gap[0].weekday() > 4]
    page = text_of(get(cast.ana, "desk:duty", jour=monday().isoformat()))
    assert page.count("duty-line-gap") == len(gaps)
    assert page.count(f'viewBox="0 0 {WIDTH} 14"') == DAYS


def test_what_is_over_is_told_and_counted_no_more(cast: Cast, in_force):
    on_duty(cast.ana, at=cast.victims)
    with inside(cast.victims):
        around = fortnight_of(cast.victims, timezone.localdate() - timedelta(days=7))
    over, to_come = around.weeks
    assert all(day.is_past for day in over)
    assert [line for day in over for line in day.lines if line.is_gap]
    assert around.gaps == sum(line.is_gap for day in to_come if not day.is_past for line in day.lines)


def test_nothing_is_missed_that_no_protocol_promises(cast: Cast):
    planned(cast, cast.ana)
    assert gaps_of(cast) == []
    assert "Aucun protocole en vigueur" in text_of(get(cast.ana, "desk:duty", jour=monday().isoformat()))


def test_a_service_without_rota_is_told_that_nothing_changes_for_it(cast: Cast, in_force):
    page = text_of(get(cast.ana, "desk:duty"))
    assert "adresse de permanence" in page
    assert "duty-line-gap" not in page


def test_a_partner_that_promised_day_and_night_is_missed_at_night(cast: Cast, in_force):
    chief = person("Didier", at=cast.police, role=Role.DIRECTION)
    assert post(chief, "desk:duty_add", **form(cast, cast.carla)).status_code == 302
    with inside(cast.police):
        first = fortnight_of(cast.police, monday()).weeks[0][0]
    assert [(line.begins, line.ends) for line in first.lines if line.is_gap] == [
        ("00:00", "09:00"),
        ("12:00", "24:00"),
    ]


def test_a_turn_over_midnight_stands_in_both_columns(cast: Cast):
    planned(cast, cast.ana, starts="22:00", ends="06:00")
    with inside(cast.victims):
        first, second, *_rest = fortnight_of(cast.victims, monday()).weeks[0]
    assert [(line.begins, line.ends) for line in first.lines + second.lines] == [
        ("22:00", "24:00"),
        ("00:00", "06:00"),
    ]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"ends": "08:00", "ends_on": "same"}, "La fin ne vient pas après le début"),
        ({"user_id": ""}, "obligatoire"),
        ({"user_id": "x"}, "Sélectionnez un choix valide"),
        ({"starts_on": "31/02/2027"}, "date valide"),
        ({"starts": "25:00"}, "heure valide"),
        ({"weeks": "0"}, "supérieure ou égale à 1"),
        ({"weeks": "99"}, "inférieure ou égale à 26"),
        ({"starts_on": "9999-12-31"}, "plus d’un an"),
        ({"starts_on": "2020-01-06"}, "plus d’un an"),
        ({"starts_on": "yesterday"}, "Commencez aujourd’hui ou plus tard"),
        ({"ends_on": "0001-01-01", "ends": "00:00"}, "plus d’un an"),
        ({"ends_on": "9999-12-31"}, "plus d’un an"),
        ({"user_id": "stranger"}, "Sélectionnez un choix valide"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(cast: Cast, changed, said):
    yesterday = timezone.localdate() - timedelta(days=1)
    words = {
        "same": monday().isoformat(),
        "yesterday": yesterday.isoformat(),
        "stranger": str(cast.dora.pk),
    }
    data = form(cast, cast.ana, **{name: words.get(value, value) for name, value in changed.items()})
    answer = post(cast.denis, "desk:duty_add", **data)
    assert answer.status_code == 422
    page = text_of(answer)
    assert said in page
    assert f'value="{data["ends"]}"' in page
    with inside(cast.victims):
        assert not DutyTurn.objects.exists()


def test_a_part_is_replaced_from_the_page_of_the_turn(cast: Cast):
    turn = planned(cast, cast.ana)
    page = get(cast.denis, "desk:duty_turn", turn.pk)
    assert 'value="12:00"' in text_of(page)
    too_long = form(cast, cast.eli, ends="13:00")
    refused = post(cast.denis, "desk:duty_turn", turn.pk, **too_long)
    assert refused.status_code == 422
    assert "à l’intérieur de ces heures" in text_of(refused)
    assert (
        post(cast.denis, "desk:duty_turn", turn.pk, **form(cast, cast.eli, ends="11:00")).status_code == 302
    )
    page = text_of(get(cast.denis, "desk:duty", jour=monday().isoformat()))
    assert "Eli" in page
    assert "(remplace)" in page


@pytest.mark.parametrize(
    "changed",
    [
        {"ends_on": "0001-01-01", "ends": "00:00"},
        {"starts_on": "0001-01-01", "starts": "00:00"},
        {"starts_on": "9999-12-31", "starts": "20:00", "ends": "08:00"},
    ],
)
def test_a_mistyped_day_of_a_replacement_is_said_and_stays(cast: Cast, changed):
    turn = planned(cast, cast.ana)
    answer = post(cast.denis, "desk:duty_turn", turn.pk, **form(cast, cast.eli, **changed))
    assert answer.status_code == 422
    page = text_of(answer)
    assert "à l’intérieur de ces heures" in page
    assert not [typed for typed in changed.values() if f'value="{typed}"' not in page]


def test_a_replacement_in_a_running_turn_is_proposed_from_now(cast: Cast):
    turn = on_duty(cast.ana, at=cast.victims)
    with inside(cast.victims):
        DutyTurn.objects.update(starts_at=database_now() - timedelta(days=6))
    page = text_of(get(cast.denis, "desk:duty_turn", turn.pk))
    assert f'value="{timezone.localdate().isoformat()}"' in page
    assert f'value="{(timezone.localdate() - timedelta(days=6)).isoformat()}"' not in page


def test_a_removal_is_undone_with_the_button_beside_it(cast: Cast):
    turn = planned(cast, cast.ana)
    client = signed_in(Client(), cast.denis)
    removal = reverse("desk:duty_remove", args=[cast.victims.slug, turn.pk])
    page = text_of(client.post(removal, posting(), follow=True))
    undo = reverse("desk:duty_restore", args=[cast.victims.slug, turn.pk])
    assert undo in page
    assert "Ana n’est plus de garde" in page
    page = text_of(client.post(undo, posting(), follow=True))
    assert re.search(r"duty-line\".*Ana", page)
    page = text_of(client.post(undo, posting(), follow=True))
    assert CHANGED in page  # done already


@pytest.mark.parametrize(
    ("name", "is_removed"), [("duty_turn", True), ("duty_remove", True), ("duty_restore", False)]
)
def test_what_a_colleague_changed_meanwhile_is_told_with_the_rota_as_it_is(cast: Cast, name, is_removed):
    turn = planned(cast, cast.ana)
    planned(cast, cast.rita)
    if is_removed:
        assert post(cast.denis, "desk:duty_remove", turn.pk).status_code == 302
    client = signed_in(Client(), person("Cora", at=cast.victims, role=Role.COORDINATION))
    address = reverse(f"desk:{name}", args=[cast.victims.slug, turn.pk])
    answer = client.post(address, posting(**form(cast, cast.eli)), follow=True)
    assert answer.status_code == 200
    page = text_of(answer)
    assert CHANGED in page
    assert "Rita" in page
    assert ("Ana" in page) is not is_removed
    assert post(cast.dora, f"desk:{name}", turn.pk, service=cast.victims).status_code == 404


def test_a_turn_removed_while_it_runs_is_told_to_end_now_and_stays_to_be_looked_at(cast: Cast):
    turn = on_duty(cast.ana, at=cast.victims)
    page = text_of(get(cast.denis, "desk:duty_turn", turn.pk))
    assert "Elle prend fin maintenant" in page
    client = signed_in(Client(), cast.denis)
    removal = reverse("desk:duty_remove", args=[cast.victims.slug, turn.pk])
    page = text_of(client.post(removal, posting(), follow=True))
    with inside(cast.victims):
        gone = DutyTurn.objects.get(pk=turn.pk)
    [said] = re.findall("Ana n’est plus de garde du (.*?) au ", page)
    assert said == when(gone.removed_at)
    assert reverse("desk:duty_turn", args=[cast.victims.slug, turn.pk]) in page  # a line of the past hour
    page = text_of(get(cast.denis, "desk:duty_turn", turn.pk))
    assert "Cette garde est passée" in page
    assert f"{timezone.localtime(gone.removed_at):%H:%M}" in page


def test_the_page_of_a_turn_removed_meanwhile_leads_to_the_rota(cast: Cast):
    turn = planned(cast, cast.ana)
    post(cast.denis, "desk:duty_remove", turn.pk)
    answer = get(cast.denis, "desk:duty_turn", turn.pk)
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"{reverse('desk:duty', args=[cast.victims.slug])}?jour={monday().isoformat()}",
    )


def test_the_turn_of_another_service_does_not_exist(cast: Cast):
    turn = on_duty(cast.bruno, at=cast.programme)
    assert get(cast.denis, "desk:duty_turn", turn.pk).status_code == 404
    assert post(cast.denis, "desk:duty_remove", turn.pk).status_code == 404
    assert "Bruno" not in text_of(get(cast.denis, "desk:duty", retire=str(turn.pk)))


@pytest.mark.parametrize("day", ["", "x", "0001-01-01", "9999-12-31", "2026-02-31"])
def test_a_day_that_is_none_shows_today(cast: Cast, day):
    on_duty(cast.ana, at=cast.victims)
    assert "aujourd’hui" in text_of(get(cast.ana, "desk:duty", jour=day))


def test_the_page_asks_the_same_of_a_long_rota_as_of_a_short_one(cast: Cast, in_force):
    on_duty(cast.ana, at=cast.victims)
    few = len(queries_of(cast.denis, "desk:duty"))
    begins = datetime.combine(timezone.localdate(), time(0), BRUSSELS)
    with inside(cast.victims):
        DutyTurn.objects.bulk_create(
            DutyTurn(
                service=cast.victims,
                user=cast.eli,
                made_by=cast.denis,
                starts_at=begins + timedelta(hours=6 * n),
                ends_at=begins + timedelta(hours=6 * n + 6),
            )
            for n in range(30)
        )
    assert len(queries_of(cast.denis, "desk:duty")) == few <= 15
