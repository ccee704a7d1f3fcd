"""Every address has a gate; what each role meets there follows from the one table of rights."""

import pytest
from django.db import transaction
from django.test import Client

from pole.accounts.gate import PUBLIC
from pole.tenancy.permissions import RIGHTS
from tests.cast import posting, signed_in
from tests.wall.routes import Route, every_route
from tests.wall.sides import World

# Behind sign-in and without a gate: what is not of one service.
UNGATED = {
    "desk:home": "leads into one's own service, or to the inbox of several",
    "desk:inbox": "looks in one's own services only, with one's own rights in each",
    "desk:inbox_counter": "looks in one's own services only, with one's own rights in each",
    "session_state": "whether the open page is still heard; one's own id",
    "from_mail": "looks in one's own services only, with one's own rights in each",
    "account_change_password": "one's own account",
    "account_reauthenticate": "one's own account",
    "mfa_index": "one's own second factor",
    "mfa_activate_totp": "one's own second factor",
    "mfa_deactivate_totp": "one's own second factor",
    "mfa_reauthenticate": "one's own second factor",
    "mfa_view_recovery_codes": "one's own second factor",
    "mfa_generate_recovery_codes": "one's own second factor",
    "mfa_download_recovery_codes": "one's own second factor",
}
ROUTES = every_route()
GATED = [route for route in ROUTES if route.perm]
NOT_ALLOWED, LACKS = 405, 403
# What may answer somebody who has the right: the page, where it leads, what is wrong, what is not there.
HAS = {200, 204, 302, 400, 404, 422}


def test_every_address_has_a_gate_or_a_reason():
    without = {route.name for route in ROUTES if route.perm is None}
    assert without == set(UNGATED) | set(PUBLIC)


def test_whatever_is_in_a_service_has_a_gate():
    assert [route.name for route in ROUTES if route.in_a_service and route.perm is None] == []


def test_names_are_told_apart():
    names = [route.name for route in ROUTES]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("role", RIGHTS)
def test_each_role_meets_what_its_rights_say(world: World, role: str):
    here = world.here
    met, expected = {}, {}
    client = signed_in(Client(raise_request_exception=False), here.people.get(role) or here.people["team"])
    for route in GATED:
        url = route.url(here.service.slug, {name: here.ids[name][0] for name in route.ids})
        for method, data in (("get", {}), ("post", posting())):
            with transaction.atomic():
                status = getattr(client, method)(url, data).status_code
                transaction.set_rollback(True)
            if status != NOT_ALLOWED:
                met[route.name, method] = status
                expected[route.name, method] = HAS if route.perm in RIGHTS[role] else {LACKS}
    assert {at: (status, expected[at]) for at, status in met.items() if status not in expected[at]} == {}
    assert {name for name, _method in met} == {route.name for route in GATED}, "a page that takes neither"


@pytest.mark.parametrize("route", GATED, ids=lambda route: route.name)
def test_no_address_takes_other_methods(world: World, route: Route):
    here = world.here
    client = signed_in(Client(raise_request_exception=False), here.people["direction"])
    url = route.url(here.service.slug, {name: here.ids[name][0] for name in route.ids})
    for method in ("put", "patch", "delete"):
        assert getattr(client, method)(url).status_code == NOT_ALLOWED
    # A form that says it is something else is a POST, and needs a key like any other.
    disguised = client.post(url, {"_method": "DELETE"}, headers={"X-HTTP-Method-Override": "DELETE"})
    assert disguised.status_code in (NOT_ALLOWED, 400)


def test_the_team_meets_its_own_case(world: World):
    """Without this, a house that refuses everything would pass."""
    here = world.here
    client = signed_in(Client(raise_request_exception=False), here.people["team"])
    met = {}
    for route in GATED:
        if "case_id" in route.ids and route.perm in RIGHTS["practitioner"]:
            url = route.url(here.service.slug, {name: here.ids[name][0] for name in route.ids})
            met[route.name] = client.get(url).status_code
    assert {name: status for name, status in met.items() if status not in (200, NOT_ALLOWED)} == {}
    assert 200 in met.values()
