"""One inbox over several services: each with the rights held there, and nothing of any other."""

from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from alerts import board
from alerts.factories import agreement, finalised
from alerts.models import Handling
from assessment.factories import LEVEL_3, LEVEL_4
from cases import factories as cases
from desk import inbox
from pole.accounts.models import User
from pole.tenancy.actor import Actor
from pole.tenancy.context import current_service_id, inside
from pole.tenancy.factories import person, service
from pole.tenancy.models import Membership, Service
from pole.tenancy.permissions import Role
from protocols.models import Exchange
from tests.alerts.screens import in_force, received_by, text_of
from tests.cast import Cast, signed_in

pytestmark = pytest.mark.django_db
__all__ = ["in_force"]

ASIDES = ("SAVEPOINT", "RELEASE", "ROLLBACK", "WITH before", "SELECT set_config", "SELECT clock_")


@pytest.fixture
def noe(cast: Cast, in_force) -> User:
    """Half-time in the programme, half-time with the police; both received one red alert of Ana's."""
    noe = also(person("Noé", at=cast.programme), cast.police, Role.LIAISON)
    finalised(cast.actor(cast.ana), LEVEL_4, at=timezone.now())
    return noe


def also(user: User, at: Service, role: str = Role.PRACTITIONER, **membership) -> User:
    Membership.objects.create(user=user, service=at, role=role, **membership)
    return user


def ask(user: User, name: str = "inbox") -> HttpResponse:
    return signed_in(Client(), user).get(reverse(f"desk:{name}"))


def page(user: User) -> str:
    response = ask(user)
    assert response.status_code == 200
    return text_of(response)


def link(message: Exchange, at: Service) -> str:
    return reverse("alerts:exchange", args=[at.slug, message.pk])


def red(at: Service) -> Exchange:
    [message] = [each for each in received_by(at) if each.urgency == "red"]
    return message


def orange(cast: Cast, followed: str) -> None:
    """Received by the programme alone."""
    with inside(cast.victims):
        case = cases.case(cast.victims, team=[cast.ana], followed=followed)
        agreement(case, cast.programme, by=cast.ana)
    finalised(cast.actor(cast.ana), LEVEL_3, at=timezone.now(), case=case)


def test_what_each_service_received_stands_on_one_page_under_its_name_and_opens_there(cast: Cast, noe):
    html = page(noe)
    for at in (cast.programme, cast.police):
        assert html.count(f'href="{link(red(at), at)}"') == 1
        assert f'fill="{at.colour}" /></svg>{at.name}</p>' in html
        assert reverse("alerts:received", args=[at.slug]) in html
    assert link(red(cast.programme), cast.police) not in html


def test_what_other_services_received_is_on_nobody_elses(cast: Cast, noe):
    also(cast.dora, service("rive-nord"))
    html = page(cast.dora)
    assert all(str(red(at).pk) not in html for at in (cast.programme, cast.police))
    assert cast.programme.name not in html
    assert cast.elsewhere.name not in page(noe)


def test_the_most_pressing_comes_first_whosever_it_is(cast: Cast, noe):
    orange(cast, "Zoé Petit")
    with inside(cast.programme):
        [later] = [each for each in received_by(cast.programme) if each.urgency == "orange"]
        Handling.objects.filter(exchange=red(cast.programme)).update(
            acknowledged_at=timezone.now(), opened_at=timezone.now(), owner=noe
        )
    html = page(noe)
    order = [
        link(red(cast.police), cast.police),
        link(later, cast.programme),
        link(red(cast.programme), cast.programme),
    ]
    assert sorted(order, key=html.index) == order, "to be acknowledged by urgency, then what is one's own"


def test_what_is_a_colleagues_or_put_off_does_not_call(cast: Cast, noe):
    orange(cast, "Zoé Petit")
    with inside(cast.programme):
        Handling.objects.filter(exchange=red(cast.programme)).update(
            acknowledged_at=timezone.now(), opened_at=timezone.now(), owner=cast.bruno
        )
        Handling.objects.filter(exchange__urgency="orange").update(
            snoozed_until=timezone.now() + timedelta(days=1)
        )
    html = page(noe)
    assert not any(link(each, cast.programme) in html for each in received_by(cast.programme))
    assert link(red(cast.police), cast.police) in html


def test_looking_opens_and_acknowledges_nothing(cast: Cast, noe):
    page(noe)
    for at in (cast.programme, cast.police):
        with inside(at):
            assert not Handling.objects.exclude(opened_at=None, acknowledged_at=None).exists()


def test_tasks_are_those_of_ones_own_cases_in_each_service(cast: Cast, noe):
    soon = timezone.now() + timedelta(hours=3)
    for at, colleague in ((cast.programme, cast.bruno), (cast.police, cast.carla)):
        with inside(at):
            mine = cases.case(at, team=[noe])
            cases.task(mine, at, text=f"Rappeler pour {at.slug}.", due_at=soon)
            cases.task(mine, at, text="Plus tard.", due_at=soon + timedelta(days=9))
            cases.task(cases.case(at, team=[colleague]), at, text="À quelqu’un d’autre.", due_at=soon)
    html = page(noe)
    assert html.count("Rappeler pour") == 2
    assert "Plus tard." not in html
    assert "À quelqu’un d’autre." not in html
    assert html.index("Rappeler pour cap-alternatives") < html.index("Rappeler pour zone")


@pytest.mark.parametrize(
    ("starts", "ends", "is_there"),
    [
        pytest.param(-9, 0, False, id="today is the first day without access"),
        pytest.param(1, None, False, id="not before it begins"),
        pytest.param(-9, 1, True, id="a last day is a day"),
    ],
)
def test_a_membership_outside_its_days_gives_nothing(cast: Cast, noe, starts, ends, is_there):
    also(noe, cast.coordination, Role.COORDINATION)  # two are left, whatever becomes of the police
    today = timezone.localdate()
    Membership.objects.filter(user=noe, service=cast.police).update(
        starts_on=today + timedelta(days=starts),
        ends_on=None if ends is None else today + timedelta(days=ends),
    )
    html = page(noe)
    assert (str(red(cast.police).pk) in html) is is_there
    assert (cast.police.name in html) is is_there
    assert link(red(cast.programme), cast.programme) in html


def test_a_suspended_service_gives_nothing(cast: Cast, noe):
    also(noe, cast.coordination, Role.COORDINATION)
    Service.objects.filter(pk=cast.police.pk).update(is_active=False)
    html = page(noe)
    assert cast.police.name not in html
    assert str(red(cast.police).pk) not in html


def test_a_role_without_the_right_in_one_service_has_nothing_of_it(cast: Cast, noe):
    Membership.objects.filter(user=noe, service=cast.police).update(role=Role.AUDIT)
    with inside(cast.police):
        cases.task(cases.case(cast.police, team=[noe]), cast.police, text="Rappeler la zone.")
    html = page(noe)
    assert str(red(cast.police).pk) not in html
    assert "Rappeler la zone." not in html
    assert "votre rôle n’y a ni alertes ni tâches" in html
    assert reverse("alerts:received", args=[cast.police.slug]) not in html
    assert link(red(cast.programme), cast.programme) in html


def test_with_one_service_its_board_is_the_inbox(cast: Cast, noe):
    Membership.objects.filter(user=noe, service=cast.police).update(ends_on=timezone.localdate())
    assert ask(noe).headers["Location"] == reverse("alerts:received", args=[cast.programme.slug])
    assert ask(cast.olga).headers["Location"] == reverse("desk:home"), "who reads no alerts has no board"
    assert ask(noe, "inbox_counter").content.strip() == b""


def test_arriving_leads_to_the_inbox_when_there_are_several(cast: Cast, noe):
    assert ask(noe, "home").headers["Location"] == reverse("desk:inbox")


def test_the_top_bar_leads_there_from_each_service_of_who_has_several(cast: Cast, noe):
    for at in (cast.programme, cast.police):
        html = text_of(signed_in(Client(), noe).get(reverse("desk:dashboard", args=[at.slug])))
        assert f'href="{reverse("desk:inbox")}"' in html
    html = text_of(signed_in(Client(), cast.bruno).get(reverse("desk:dashboard", args=[cast.programme.slug])))
    assert reverse("desk:inbox") not in html


def test_the_number_in_the_top_bar_is_the_sum_of_the_boards(cast: Cast, noe):
    orange(cast, "Zoé Petit")
    assert ">3<" in text_of(ask(noe, "inbox_counter"))
    with inside(cast.police):
        assert board.waiting(cast.actor(cast.carla)) == 1
    Membership.objects.filter(user=noe, service=cast.programme).update(role=Role.AUDIT)
    assert ">1<" in text_of(ask(noe, "inbox_counter"))


def test_the_number_leaves_out_no_service_however_many_there_are(cast: Cast, noe):
    for number in range(inbox.MOST_SERVICES):
        also(noe, service(f"avant-{number}"))
    assert [space.is_asked for space in inbox.inbox_of(Actor.every(noe)).spaces].count(False) == 2
    assert ">2<" in text_of(ask(noe, "inbox_counter"))


def test_beyond_the_first_of_a_service_its_board_has_the_rest(cast: Cast, noe, monkeypatch):
    monkeypatch.setattr(inbox, "MOST", 2)
    for name in ("Zoé Petit", "Mia Petit"):
        orange(cast, name)
    html = page(noe)
    assert "les 2 premières alertes" in html
    shown = [each for each in received_by(cast.programme) if link(each, cast.programme) in html]
    assert len(shown) == 2
    assert red(cast.programme) in shown, "the first are the most pressing"
    assert link(red(cast.police), cast.police) in html, "one service never crowds another out"


def test_services_beyond_those_asked_are_named_with_the_way_there(cast: Cast, noe, monkeypatch):
    monkeypatch.setattr(inbox, "MOST_SERVICES", 1)
    html = page(noe)
    assert "pas repris ici" in html
    assert reverse("alerts:received", args=[cast.police.slug]) in html
    assert str(red(cast.police).pk) not in html


def test_no_space_is_left_open_behind_the_page(cast: Cast, noe):
    page(noe)
    assert current_service_id() == ""


def queries_of(user: User, name: str) -> int:
    client, url = signed_in(Client(), user), reverse(f"desk:{name}")
    assert client.get(url).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return len([each for each in captured.captured_queries if not each["sql"].startswith(ASIDES)])


def test_the_page_asks_no_more_for_thirty_than_for_three_and_never_too_much(cast: Cast, noe):
    few = queries_of(noe, "inbox")
    for number in range(12):
        orange(cast, f"Zoé Petit {number}")
        with inside(cast.programme):
            cases.task(cases.case(cast.programme, team=[noe]), cast.programme, text="Rappeler.")
    assert queries_of(noe, "inbox") == few
    for number in range(inbox.MOST_SERVICES):
        also(noe, service(f"rive-{number}"))
    assert few < queries_of(noe, "inbox") <= 15
    assert queries_of(noe, "inbox_counter") <= 15
