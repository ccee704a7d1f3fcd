"""The probe between services: addresses that stand in none, as somebody who works for two and left a third."""

from collections.abc import Iterator

from django.db import transaction

from pole.accounts.gate import PUBLIC
from pole.tenancy.models import Membership
from tests.wall.leaks import Leak
from tests.wall.pages import Visitor
from tests.wall.routes import Route, every_route
from tests.wall.sides import World

ACCOUNT = "/compte/"


def routes_across() -> list[Route]:
    """Every address behind sign-in that names neither a service nor anything of one; one's account is of none."""
    behind = [route for route in every_route() if not route.parts and route.name not in PUBLIC]
    return [route for route in behind if not route.url().startswith(ACCOUNT)]


def probe_across(world: World) -> Iterator[Leak]:
    """Nothing of the service that was left: not a name, and the same answer as had one never been there."""
    visitor = Visitor(world, "both", world.here.people["both"])
    there = world.there
    for route in routes_across():
        visitor.seen_at(route)  # what a process keeps from a first visit is no difference
        after = visitor.seen_at(route)
        with transaction.atomic():
            left = Membership.objects.filter(user=visitor.user, service=there.service)
            left.update(user=world.here.people["unrelated"])  # nothing of it may be deleted
            never = visitor.seen_at(route)
            transaction.set_rollback(True)
        if difference := after.differs(never):
            yield Leak(route.name, visitor.role, difference)
        if told := after.tells(there):
            yield Leak(route.name, visitor.role, told)
        if f"/s/{there.service.slug}/" in after.body.decode(errors="replace") + after.location:
            yield Leak(route.name, visitor.role, "leads into a service that was left")
