"""Nobody has it at the other end: the clocks and every screen go by one answer, whoever worked off what."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from guardian.shortcuts import assign_perm, remove_perm

from alerts import sweeping, work
from alerts.factories import finalised
from alerts.models import Alert, Handling, Owed, OwedKind
from assessment.factories import LEVEL_4
from cases.factories import case as make_case
from cases.models import Case, Task
from cases.models.case import WORK_ON
from pole.accounts.models import User
from pole.clock import database_now
from pole.dates import in_words
from pole.tenancy.context import inside
from pole.tenancy.factories import person
from pole.tenancy.permissions import Role
from tests.alerts.screens import get, in_force, post, text_of, undefined_variables_fail
from tests.alerts.sealed import Server, mail_server
from tests.cast import Cast

pytestmark = pytest.mark.django_db
__all__ = ["in_force", "mail_server", "undefined_variables_fail"]
EVERYWHERE = {"dashboard", "case", "sent", "alert"}


def red_sent(cast: Cast, *, ago: timedelta) -> Alert:
    """A red alert of Ana's to the police, which is there day and night, sent so long ago."""
    with inside(cast.victims):
        case = make_case(cast.victims, team=[cast.ana], followed="Nora Lien", partner="Paul Lien")
    alerts = finalised(cast.actor(cast.ana), LEVEL_4, at=database_now() - ago, case=case)
    return next(alert for alert in alerts if alert.recipient_id == cast.police.pk)


def banners(cast: Cast, alert: Alert) -> set[str]:
    """On which of the sender's pages somebody is told to call the police."""
    pages = {
        "dashboard": get(cast.ana, "desk:dashboard"),
        "case": get(cast.ana, "desk:case", alert.case_id),
        "sent": get(cast.ana, "alerts:sent"),
        "alert": get(cast.ana, "alerts:alert", alert.pk),
    }
    called = f"{cast.police.name} n’a pas accusé"
    return {name for name, page in pages.items() if called in text_of(page)}


def test_before_its_hour_no_page_calls_anybody(cast: Cast, in_force):
    assert banners(cast, red_sent(cast, ago=timedelta(minutes=14))) == set()


def test_its_hour_past_every_page_does_though_no_worker_ran(cast: Cast, in_force):
    alert = red_sent(cast, ago=timedelta(minutes=16))
    assert alert.overdue_at is None
    assert banners(cast, alert) == EVERYWHERE


def test_marked_by_the_clock_every_page_does_whatever_the_hour(cast: Cast, in_force):
    alert = red_sent(cast, ago=timedelta(minutes=1))
    with inside(cast.victims):
        Alert.objects.filter(pk=alert.pk).update(overdue_at=database_now())
    assert banners(cast, alert) == EVERYWHERE


def test_acknowledged_late_no_page_does(cast: Cast, in_force):
    alert = red_sent(cast, ago=timedelta(minutes=16))
    assert post(cast.carla, "alerts:acknowledge", alert.exchange_id).status_code == 302
    assert banners(cast, alert) == set()


def test_taken_back_no_page_does(cast: Cast, in_force):
    alert = red_sent(cast, ago=timedelta(minutes=16))
    because = "Mauvaise personne : rien ne concerne cette adresse."
    assert post(cast.ana, "alerts:recall", alert.pk, because=because).status_code == 302
    assert banners(cast, alert) == set()


def test_an_overdue_alert_stays_on_the_page_of_its_case_however_much_came_after(
    cast: Cast, in_force, monkeypatch
):
    monkeypatch.setattr("desk.views.case.SHOWN", 1)
    alert = red_sent(cast, ago=timedelta(minutes=16))
    with inside(cast.victims):
        # The other one, which Bruno has: in office hours it would be overdue as well.
        since = Alert.objects.get(recipient=cast.programme)
        Alert.objects.filter(pk=since.pk).update(created_at=database_now())
    assert post(cast.bruno, "alerts:acknowledge", since.exchange_id).status_code == 302
    assert "case" in banners(cast, alert)


@pytest.fixture
def called(cast: Cast, in_force):
    """What the sender's own clock asks of somebody, once the case is as it was made."""

    def call(change) -> Task:
        alert = red_sent(cast, ago=timedelta(minutes=16))
        with inside(cast.victims):
            change(alert.case)
        watch = Owed.objects.get(kind=OwedKind.WATCH, subject_id=alert.pk)
        assert work.work_off(watch.pk)
        with inside(cast.victims):
            return Task.objects.select_related("case").get()

    return call


def test_the_author_is_asked_to_call_and_no_colleague(cast: Cast, called):
    task = called(lambda case: None)
    assert (task.assigned_to, task.case.is_open) == (cast.ana, True)
    assert not is_on_the_desk_of(cast.eli, task)


def test_an_author_who_left_the_team_leaves_the_call_to_it(cast: Cast, called):
    def hand_over(case: Case) -> None:
        assign_perm(WORK_ON, cast.eli, case)
        remove_perm(WORK_ON, cast.ana, case)

    task = called(hand_over)
    assert task.assigned_to is None
    assert is_on_the_desk_of(cast.eli, task)
    assert not is_on_the_desk_of(cast.ana, task)
    assert not is_on_the_desk_of(cast.dora, task)


def is_on_the_desk_of(user: User, task: Task) -> bool:
    return " ".join(task.text.split()) in text_of(get(user, "desk:dashboard"))


def close(case: Case) -> None:
    case.closed_on = timezone.localdate()
    case.save(update_fields=["closed_on"])


def set_apart(case: Case) -> None:
    case.is_restricted = True
    case.save(update_fields=["is_restricted"])


@pytest.mark.parametrize("state", [lambda case: None, close, set_apart])
def test_where_nobody_of_the_team_is_left_whoever_decides_is_asked(cast: Cast, called, state):
    def everybody_left(case: Case) -> None:
        state(case)
        cast.ana.memberships.update(ends_on=timezone.localdate())

    task = called(everybody_left)
    with inside(cast.victims):
        assert task.text.startswith(f"Dossier {Case.objects.get().reference}")
    for who in (cast.rita, cast.denis):
        assert is_on_the_desk_of(who, task)
    for who in (cast.eli, cast.remy, cast.dora):
        assert not is_on_the_desk_of(who, task)


def test_left_alone_for_a_day_it_climbs_to_the_last_rung_and_back_to_its_sender(
    cast: Cast, in_force, mail_server: Server
):
    didier = person("Didier", at=cast.police, role=Role.DIRECTION)
    alert = red_sent(cast, ago=timedelta(days=1))
    while sweeping.work_off_due():
        pass

    told = [to for message in mail_server.mailbox.all() for to in message.recipients]
    at_the_police = [to for to in told if to in {cast.police.duty_email, cast.rosa.email, didier.email}]
    assert sorted(at_the_police) == sorted([cast.police.duty_email, cast.rosa.email, didier.email])
    assert cast.dora.email not in told
    assert cast.elsewhere.duty_email not in told
    with inside(cast.police):
        assert Handling.objects.get(exchange=alert.exchange_id).rung == 2
    with inside(cast.victims):
        assert Alert.objects.get(pk=alert.pk).overdue_at
        [task] = [each.text for each in Task.objects.all() if cast.police.name in each.text]
    assert cast.police.urgent_phone in task
    assert "112" in task
    assert not Owed.objects.filter(kind=OwedKind.RUNG, subject_id=alert.exchange_id, done_at=None).exists()
    assert banners(cast, alert) == EVERYWHERE


def test_the_ladder_on_the_page_is_the_clocks_own(cast: Cast, in_force):
    person("Didier", at=cast.police, role=Role.DIRECTION)
    alert = red_sent(cast, ago=timedelta(days=1))
    first, second = Owed.objects.filter(kind=OwedKind.RUNG, subject_id=alert.exchange_id).order_by("step")
    assert work.work_off(first.pk)
    later = database_now() + timedelta(
        days=3
    )  # put off by whatever means: the page says when, not what was promised
    Owed.objects.filter(pk=second.pk).update(due_at=later, next_try_at=later)

    page = text_of(get(cast.carla, "alerts:exchange", alert.exchange_id))
    assert f"averti·e le {written(database_now())}" in page
    assert f"averti·e à partir du {written(later)}" in page


def written(at: datetime) -> str:
    """The day, as pages write it."""
    return in_words(timezone.localtime(at), "j F")
