"""No page leaks as the house stands; each gate removed and each `visible_to` widened is reported."""

from collections.abc import Generator
from contextlib import closing
from typing import Any

import pytest
from django.core.signals import request_started
from django.db import models

from cases.models import Case
from pole.accounts import gate as entrance
from pole.tenancy.actor import Actor
from pole.tenancy.checks import walled_models
from pole.tenancy.context import inside
from pole.tenancy.models import MembershipQuerySet, Service
from pole.tenancy.permissions import RIGHTS
from protocols.models import Exchange
from tests.wall.across import probe_across, routes_across
from tests.wall.leaks import Leak
from tests.wall.pages import ROLES, Visitor, probe_colleagues, probe_pages, probe_strangers
from tests.wall.routes import Route, every_route
from tests.wall.sides import World

GATED = [route for route in every_route() if route.perm]
# A right that every role has is refused to nobody: there is nothing to remove.
REFUSED_TO_SOME = [
    (route, next(role for role, rights in RIGHTS.items() if route.perm not in rights))
    for route in GATED
    if any(route.perm not in rights for rights in RIGHTS.values())
]
# What is walled and shown to some of a service only. A platform table's `visible_to` is about services.
WHO_SEE = [
    type(model._default_manager.all())
    for model in walled_models()
    if hasattr(type(model._default_manager.all()), "visible_to")
]
# In `make test`: somebody of the team, who meets every page. The others in `make wall`.
SOME = {"team"}


BY_ROLE = [pytest.param(role, marks=() if role in SOME else pytest.mark.wall) for role in ROLES]


def first(leaks: Generator[Leak]) -> Leak | None:
    """One is enough to know that the probe sees it."""
    with closing(leaks):
        return next(leaks, None)


@pytest.mark.parametrize("role", BY_ROLE)
def test_no_page_tells_anything_of_another_service(world: World, role: str):
    assert list(probe_pages(world, roles=[role])) == []


def test_no_page_tells_a_colleague_anything_of_a_case_that_is_not_theirs(world: World):
    assert list(probe_colleagues(world)) == []


def test_no_page_tells_a_stranger_anything(world: World):
    assert list(probe_strangers(world)) == []


def test_no_page_between_services_tells_anything_of_one_that_was_left(world: World):
    assert {"desk:home", "desk:inbox", "desk:inbox_counter"} <= {route.name for route in routes_across()}
    assert list(probe_across(world)) == []


def test_a_membership_that_outlives_its_days_is_reported(world: World, monkeypatch):
    monkeypatch.setattr(MembershipQuerySet, "current", lambda self: self)
    assert {leak.where for leak in probe_across(world)} == {"desk:inbox", "desk:inbox_counter"}


def test_between_services_one_meets_what_ones_own_received(world: World):
    """Without this, an inbox that shows nothing would pass."""
    html = Visitor(world, "both", world.here.people["both"]).client.get("/recu/").content.decode()
    with inside(world.here.service):
        received = Exchange.objects.received_by(world.here.service.pk).filter(kind="alert")
        assert [each for each in received if str(each.pk) in html]


@pytest.mark.parametrize("route", GATED, ids=lambda route: route.name)
def test_a_gate_that_asks_for_no_membership_is_reported(world: World, monkeypatch, route: Route):
    def anybody(cls: type[Actor], user: Any, slug: str) -> Actor:
        service = Service.objects.filter(slug=slug).first()
        return cls(service=service, user_id=user.pk, role="direction") if service else known(user, slug)

    known = Actor.of
    monkeypatch.setattr(Actor, "of", classmethod(anybody))
    assert first(probe_pages(world, roles=["direction"], routes=[route]))


@pytest.mark.parametrize(
    ("route", "role"), REFUSED_TO_SOME, ids=lambda each: getattr(each, "name", None) or str(each)
)
def test_a_gate_that_asks_for_no_right_is_reported(world: World, monkeypatch, route: Route, role: str):
    monkeypatch.setattr(Actor, "require", lambda self, perm: None)
    assert first(probe_pages(world, roles=[role], routes=[route]))


@pytest.mark.parametrize("route", GATED, ids=lambda route: route.name)
def test_an_entrance_that_asks_for_no_session_is_reported(world: World, monkeypatch, route: Route):
    monkeypatch.setitem(entrance.PUBLIC, route.name, "left open by mistake")
    assert first(probe_strangers(world, routes=[route]))


def test_an_address_at_which_something_of_another_service_changes_is_reported(world: World):
    def meddle(environ: dict[str, Any], **_signal: Any) -> None:
        if environ["REQUEST_METHOD"] == "POST":
            with inside(world.there.service):
                Case.objects.update(is_restricted=True)

    of_a_case = next(route for route in GATED if route.name == "cases:close")
    visitor = Visitor(world, "team", world.here.people["team"])
    request_started.connect(meddle)
    try:
        assert "changes cases_case" in [leak.what for leak in visitor.crossed(of_a_case)]
    finally:
        request_started.disconnect(meddle)


@pytest.mark.parametrize("queryset", WHO_SEE, ids=lambda queryset: queryset.__name__)
def test_a_widened_visible_to_is_reported(world: World, monkeypatch, queryset: type[models.QuerySet]):
    monkeypatch.setattr(queryset, "visible_to", lambda self, actor: self)
    assert first(probe_colleagues(world))


def test_there_is_something_to_widen():
    assert {queryset.__name__ for queryset in WHO_SEE} >= {"CaseQuerySet", "ReadingQuerySet", "AlertQuerySet"}
