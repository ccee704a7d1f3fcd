"""The probe through the doors: every address, with ids of somebody else's, as people of every role."""

from collections.abc import Callable, Generator, Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, reset_queries, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.models import Case
from cases.search import sealed_words
from pole.accounts.models import User
from pole.audit.models import Event, Tag
from pole.tenancy.actor import Actor
from pole.tenancy.context import inside
from pole.tenancy.permissions import RIGHTS
from tests.cast import signed_in
from tests.wall.leaks import Leak, Seen, digest_of
from tests.wall.routes import Route, every_route
from tests.wall.sides import Side, World

ROLES = ("team", *RIGHTS)
# What a case's team alone sees. The rest of an address is open to a role: messages received, colleagues.
OF_A_CASE = {
    "situation_id",
    "disagreement_id",
    "rating_id",
    "case_id",
    "person_id",
    "measure_id",
    "agreement_id",
    "task_id",
    "glass_id",
    "reading_id",
    "alert_id",
}
NOT_THERE, NOT_ALLOWED, LACKS, BROKEN = 404, 405, 403, 500
Ids = dict[str, UUID]


def probe_pages(
    world: World, *, roles: Sequence[str] = ROLES, routes: Sequence[Route] | None = None
) -> Generator[Leak]:
    """Every address as members of `here`, with what is `there`'s."""
    chosen = [route for route in routes if route.in_a_service] if routes else _of_services()
    for role in roles:
        visitor = Visitor(world, role, world.here.people.get(role) or world.here.people["unrelated"])
        for route in chosen:
            yield from visitor.crossed(route)
            yield from visitor.next_door(route)
            if not route.ids:
                yield from visitor.searched(route)
                yield from visitor.kept_out(route)
        yield from visitor.by_mail()


def probe_colleagues(world: World, *, routes: Sequence[Route] | None = None) -> Generator[Leak]:
    """Every address of a case as colleagues who are not of its team, within one service."""
    chosen = [r for r in routes or _of_services() if r.in_a_service]
    for who, restricted in (("unrelated", False), ("referent", True), ("direction", True)):
        with transaction.atomic():
            if restricted:
                with inside(world.here.service):
                    Case.objects.update(is_restricted=True)
            colleague = Visitor(world, who, world.here.people[who])
            for route in chosen:
                yield from colleague.of_the_team(route)
            yield from colleague.by_mail(world.here)
            transaction.set_rollback(True)


def probe_strangers(world: World, *, routes: Sequence[Route] | None = None) -> Generator[Leak]:
    """Every address of a service as nobody: led to the sign-in page, whatever the ids."""
    client = Client(raise_request_exception=False)
    for route in [r for r in routes or _of_services() if r.in_a_service]:
        for ids in _combinations(route, world.there) or [{}]:
            url = route.url(world.there.service.slug, ids)
            for method in ("get", "post"):
                with transaction.atomic():
                    response = getattr(client, method)(url)
                    transaction.set_rollback(True)
                if not response.headers.get("Location", "").startswith("/compte/connexion/?next="):
                    yield Leak(f"{route.name} {method}", "nobody", f"answers {response.status_code}")


def _of_services() -> list[Route]:
    return [route for route in every_route() if route.in_a_service]


@dataclass
class Visitor:
    """Somebody signed in at `here`."""

    world: World
    role: str
    user: User

    def __post_init__(self) -> None:
        self.answers: dict[tuple[Hashable, ...], Seen] = {}
        self.client = signed_in(Client(raise_request_exception=False), self.user)
        # What an open session writes once is written before anything is counted.
        self.client.get("/compte/session/")

    def seen_at(self, route: Route) -> Seen:
        """A page of my own, of no service."""
        return self._undone("get", route.url(), {})

    def crossed(self, route: Route) -> Iterator[Leak]:
        """My address, their ids: like ids of nothing. With my case and a part of theirs: likewise."""
        here, there = self.world.here, self.world.there
        for theirs in _combinations(route, there):
            for foreign in _mixed(route, theirs, here) if len(theirs) > 1 else [theirs]:
                nothing = {
                    name: (value if value in here.ids.get(name, []) else uuid4())
                    for name, value in foreign.items()
                }
                yield from self._same(route, here.service.slug, foreign, nothing)

    def next_door(self, route: Route) -> Iterator[Leak]:
        """Their address: like the address of no service. They are told that somebody tried."""
        there = self.world.there
        for theirs in _combinations(route, there) or [{}]:
            url = route.url(there.service.slug, theirs)
            for method in ("get", "post"):
                with transaction.atomic():
                    before = self._strangers()
                    seen = self._ask(method, url, theirs)
                    if seen.status == NOT_ALLOWED:
                        transaction.set_rollback(True)
                        continue
                    if seen.status != NOT_THERE:
                        yield self._leak(route, method, f"answers {seen.status} at their address")
                    if self._strangers() != before + 1:
                        yield self._leak(route, method, "leaves no line in their journal")
                    transaction.set_rollback(True)
                nowhere = self._remembered((route.name, method), route.url("nulle-part", theirs), theirs)
                if seen.body != nowhere.body:
                    yield self._leak(route, method, "shows another page than where no service is")
                if told := seen.tells(there):
                    yield self._leak(route, method, told)

    def searched(self, route: Route) -> Iterator[Leak]:
        """Lists, counters, searches and filters: with their words as with words that are nobody's."""
        here, there = self.world.here, self.world.there
        url = route.url(here.service.slug)
        their_case, their_user = str(there.ids["case_id"][0]), str(there.ids["user_id"][0])
        asked = [
            ({}, {}),
            (
                {"q": there.mark, "qui": "tous", "etat": "tous"},
                {"q": "Xqzwvk", "qui": "tous", "etat": "tous"},
            ),
            ({"q": there.reference}, {"q": "2020-0000"}),
            ({"dossier": there.reference}, {"dossier": "2020-0000"}),
            ({"qui": their_user}, {"qui": str(uuid4())}),
            ({"case": their_case, "dossier": their_case}, {"case": str(uuid4()), "dossier": str(uuid4())}),
            ({"page": "2", "qui": "tous", "etat": "tous", "tout": "1"}, {}),
            ({"q": "\0", "qui": "\0", "dossier": "\0", "page": "\0'"}, {}),
        ]
        for theirs, nobodys in asked:
            seen = self._undone("get", url, {}, theirs)
            if told := seen.tells(there):
                yield self._leak(route, f"get {sorted(theirs)}", told)
            if seen.status >= BROKEN:
                yield self._leak(route, f"get {sorted(theirs)}", f"answers {seen.status}")
            if nobodys:
                other = self._undone("get", url, {}, nobodys)
                if seen.differs(other):  # once may be a key fetched anew, or a countdown whose minute turned
                    seen, other = (self._undone("get", url, {}, each) for each in (theirs, nobodys))
                if difference := seen.differs(other):
                    yield self._leak(route, f"get {sorted(theirs)}", difference)

    def kept_out(self, route: Route) -> Iterator[Leak]:
        """A page of my own service, with or without the right to it."""
        lacks = route.perm is not None and route.perm not in RIGHTS[self._role_held()]
        for method in ("get", "post"):
            status = self._undone(method, route.url(self.world.here.service.slug), {}).status
            if status >= BROKEN or (status != NOT_ALLOWED and lacks != (status == LACKS)):
                yield self._leak(route, method, f"answers {status}")

    def by_mail(self, of: Side | None = None) -> Iterator[Leak]:
        """The address in an e-mail, with what a mail of theirs was about."""
        side = of or self.world.there
        # A message received is for whoever reads messages; what is of a case is for its team.
        own = set(side.ids["exchange_id"]) if of else set()
        route = next(each for each in every_route() if each.name == "from_mail")
        for subject in side.ids["subject_id"]:
            if subject not in own:
                yield from self._same(route, "", {"subject_id": subject}, {"subject_id": uuid4()}, side)

    def of_the_team(self, route: Route) -> Iterator[Leak]:
        """My own service's address and ids, of a case I am not in the team of."""
        here = self.world.here
        if set(route.ids) & OF_A_CASE:
            for ids in _combinations(route, here):
                yield from self._same(route, here.service.slug, ids, {name: uuid4() for name in ids}, here)
        elif not route.ids:
            told = {here.reference, *(str(each) for name in OF_A_CASE for each in here.ids[name])}
            for data in ({}, {"qui": "tous", "etat": "tous"}, {"q": here.mark}, {"q": here.reference}):
                seen = self._undone("get", route.url(here.service.slug), {}, data)
                text = seen.body.decode(errors="replace").replace(f'value="{here.reference}"', "")
                for secret in told:
                    if secret in text and not (self.role == "direction" and "journal" in route.name):
                        yield self._leak(route, f"get {sorted(data)}", f"tells {secret}")

    def _same(
        self, route: Route, slug: str, ids: Ids, nothing: Ids, whose: Side | None = None
    ) -> Iterator[Leak]:
        """With these ids as with ids of nothing: the same answer, at the same cost; nothing of theirs changes."""
        side = whose or self.world.there
        for method in ("get", "post"):
            seen = self._undone(method, route.url(slug, ids), ids, guard=side)
            changed = self.changed
            if seen.status == NOT_ALLOWED:
                continue
            mine = frozenset(
                set(nothing.values()) & {each for kept in self.world.here.ids.values() for each in kept}
            )
            other = self._remembered((route.name, method, slug, mine), route.url(slug, nothing), nothing)
            if seen.differs(other):  # once may be a key fetched anew, or a countdown whose minute turned
                seen = self._undone(method, route.url(slug, ids), ids, guard=side)
                other = self._undone(method, route.url(slug, nothing), nothing)
            if seen.status not in self._expected(route):
                yield self._leak(route, method, f"answers {seen.status}")
            if difference := seen.differs(other):
                yield self._leak(route, method, difference)
            if whose is None and (told := seen.tells(side)):
                yield self._leak(route, method, told)
            if changed:
                yield self._leak(route, method, f"changes {', '.join(changed)}")

    def _expected(self, route: Route) -> set[int]:
        if route.perm is None or route.perm in RIGHTS[self._role_held()]:
            return {NOT_THERE}
        return {LACKS}

    def _role_held(self) -> str:
        return self.role if self.role in RIGHTS else "practitioner"

    def _remembered(self, asked: tuple[Hashable, ...], url: str, ids: Ids) -> Seen:
        """What ids of nothing get, asked once: all that is asked is undone, and another nothing is as much nothing."""
        if asked not in self.answers:
            self.answers[asked] = self._undone(str(asked[1]), url, ids)
        return self.answers[asked]

    def _undone(
        self, method: str, url: str, ids: Ids, data: dict[str, str] | None = None, guard: Side | None = None
    ) -> Seen:
        with transaction.atomic():
            before = digest_of(guard.service) if guard and method == "post" else {}
            seen = self._ask(method, url, ids, data)
            after = digest_of(guard.service) if before else {}
            # Refusals stay in the journal of the service where they happened, which may be the guarded one.
            self.changed = [t for t in before if before[t] != after[t] and t != "audit_event"]
            transaction.set_rollback(True)
        return seen

    def _ask(self, method: str, url: str, ids: Ids, data: dict[str, str] | None = None) -> Seen:
        if data and "q" in data:  # as the search puts it into the address of what it found
            actor = Actor.of(self.user, self.world.here.service.slug)
            data = {**data, "mots": sealed_words(actor, data["q"])}
        asked = [url, *(str(each) for each in ids.values()), *(data or {}).values()]
        if method == "post":
            data = self._form()
        send: Callable[..., Any] = getattr(self.client, method)
        reset_queries()  # the log has an end, after which every page would seem to ask nothing
        with CaptureQueriesContext(connection) as queries:
            response = send(url, data or {})
        return Seen.of(response, asked, len(queries))

    def _form(self) -> dict[str, str]:
        """Whatever a form might take, pointing at what is theirs."""
        there = self.world.there
        named = {name.removesuffix("_id"): str(ids[0]) for name, ids in there.ids.items() if ids}
        named |= {name: str(ids[0]) for name, ids in there.ids.items() if ids}
        named |= {"recipient": str(there.service.pk), "service": str(there.service.pk)}
        named |= {
            "assigned_to": named["user"],
            "person": named["person"],
            "next": f"/s/{there.service.slug}/",
        }
        named |= {
            "reference": there.reference,
            "motive": "x",
            "text": "x",
            "accept": "yes",
            "outcome": "taken_on",
        }
        return {"idempotency_key": str(uuid4()), **named}

    def _strangers(self) -> int:
        with inside(self.world.there.service):
            return Event.objects.filter(tag=Tag.STRANGER, user_id=self.user.pk).count()

    def _leak(self, route: Route, how: str, what: str) -> Leak:
        return Leak(f"{route.name} {how}", self.role, what)


def _combinations(route: Route, side: Side) -> list[Ids]:
    """Ids for an address: each that a part may take, once."""
    if not route.ids:
        return []
    unknown = [name for name in route.ids if name not in side.ids]
    assert not unknown, f"{route.name}: the world has no {unknown}; teach it in tests/wall/sides.py"
    columns = [side.ids[name] for name in route.ids]
    longest = zip_longest(*columns)
    return [
        {name: value or side.ids[name][0] for name, value in zip(route.ids, row, strict=True)}
        for row in longest
    ]


def _mixed(route: Route, theirs: Ids, here: Side) -> list[Ids]:
    """All theirs; or my case with a part of theirs."""
    first = route.ids[0]
    return [theirs, theirs | {first: here.ids[first][0]}]
