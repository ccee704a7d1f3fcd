"""Texts in work, signed texts and what became of them: platform tables, which no wall keeps from anybody's pages."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from pole.accounts.again import Confirmed
from pole.accounts.models import User
from pole.clock import database_now
from pole.tenancy.context import inside
from pole.tenancy.factories import person
from pole.tenancy.models import Service
from pole.tenancy.permissions import Role
from protocols import drafts, ending, signing
from protocols.models import Decline, LifeEvent, ProtocolDraft
from protocols.registry import shipped_text
from tests.cast import Cast, posting, signed_in
from tests.protocols.signers import Signers, make_signers
from tests.wall.routes import every_route

pytestmark = pytest.mark.django_db
MARK = "Zanclean"
TEXT = shipped_text("demo-2026").replace("title: ", f"title: {MARK} ", 1)
ROUTES = [route for route in every_route() if route.name.startswith("protocols:")]
NOT_THERE, NOT_ALLOWED = 404, 405


@pytest.fixture
def signers(cast: Cast) -> Signers:
    return make_signers(cast)


@pytest.fixture
def stranger(cast: Cast) -> User:
    """With every right that there is about protocols, in a service that is party of none."""
    return person("Solange", at=cast.elsewhere, role=Role.DIRECTION)


def written(signers: Signers) -> ProtocolDraft:
    """By the coordination, with the services that it means to ask."""
    author = signers.of["COO"]
    with inside(author.service):
        draft = drafts.create(actor=author, text=TEXT)
        return drafts.set_parties(actor=author, draft=draft, parties=signers.parties)


def proposed(signers: Signers) -> ProtocolDraft:
    return signers.proposed(TEXT)


def declined(signers: Signers) -> ProtocolDraft:
    draft, police = proposed(signers), signers.of["POL"]
    with inside(police.service):
        signing.decline(actor=police, draft=draft, motive=f"{MARK} ?")
    return draft


def taken_back(signers: Signers) -> ProtocolDraft:
    draft, author = declined(signers), signers.of["COO"]
    with inside(author.service):
        return drafts.take_back(actor=author, draft=draft)


def given_up(signers: Signers) -> ProtocolDraft:
    draft, author = written(signers), signers.of["COO"]
    with inside(author.service):
        return drafts.drop(actor=author, draft=draft)


def signed(signers: Signers) -> ProtocolDraft:
    return signers.all_sign(proposed(signers))


def suspended(signers: Signers) -> ProtocolDraft:
    draft, police = signed(signers), signers.of["POL"]
    confirmed = Confirmed(police.person_id, database_now())
    with inside(police.service):
        ending.suspend(actor=police, version=draft.became, confirmed=confirmed, at_once=True, motive=MARK)
    return draft


def addresses(draft: ProtocolDraft, at: Service) -> Iterator[tuple[str, str, bool]]:
    """Every address about protocols in a service's space, with this one's ids; whether it names one."""
    ids = {
        "draft_id": draft.pk,
        "version_id": draft.became_id or draft.pk,
        "older_id": draft.became_id or draft.pk,
    }
    for route in ROUTES:
        yield route.name, route.url(at.slug, {name: ids[name] for name in route.ids}), bool(route.ids)
    yield "dashboard", reverse("desk:dashboard", args=[at.slug]), False
    told = [draft.pk, draft.became_id, *LifeEvent.objects.values_list("pk", flat=True)]
    told += Decline.objects.values_list("pk", flat=True)
    yield from (("from_mail", reverse("from_mail", args=[subject]), True) for subject in told if subject)


def shown_to(user: User, draft: ProtocolDraft) -> dict[str, int]:
    """The pages on which something of it shows: its words, or that it is there."""
    client = signed_in(Client(raise_request_exception=False), user)
    at = user.memberships.select_related("service").get().service
    shown = {}
    for name, url, names_it in addresses(draft, at):
        for answer in (client.get(url), client.post(url, posting())):
            if answer.status_code == NOT_ALLOWED:
                continue
            is_told = MARK in answer.content.decode(errors="replace")
            if is_told or (names_it and answer.status_code != NOT_THERE):
                shown[name] = answer.status_code
    return shown


@pytest.mark.parametrize("state", [written, proposed, declined, taken_back, given_up, signed, suspended])
def test_a_service_that_is_no_party_meets_it_nowhere(signers: Signers, stranger: User, state):
    assert shown_to(stranger, state(signers)) == {}


@pytest.mark.parametrize("state", [written, taken_back, given_up])
def test_a_service_that_would_be_a_party_meets_it_only_while_it_is_asked(cast: Cast, signers: Signers, state):
    assert shown_to(cast.denis, state(signers)) == {}


def test_who_is_asked_and_who_writes_meet_it(cast: Cast, signers: Signers):
    """Without this, pages that show nothing to anybody would pass."""
    draft = proposed(signers)
    assert {"protocols:list", "protocols:proposal", "protocols:sign", "from_mail"} <= set(
        shown_to(cast.denis, draft)
    )
    assert {"protocols:list", "protocols:draft_export"} <= set(shown_to(cast.cleo, draft))
