"""Counts shown to the other parties: what leaves is a table without totals, once, and nobody else sees anything."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alerts.factories import finalised
from alerts.models import PublishedCounts, Simulation
from alerts.simulating import publishing, turns
from alerts.simulating.others import published_on
from alerts.simulating.refusals import NothingToShow, NotPublishable, PublishedAlready
from assessment.factories import LEVEL_3, LEVEL_4
from pole.audit.models import Event, Tag
from pole.tenancy.actor import RightLacking
from pole.tenancy.context import inside
from pole.tenancy.factories import person
from pole.tenancy.permissions import Role
from protocols import drafts
from protocols.documents import load_protocol
from protocols.models import ProtocolDraft
from tests.alerts.screens import get, post, text_of, undefined_variables_fail
from tests.alerts.simulated import begun, carried, draft_of, now, proposed, read_before
from tests.cast import Cast, posting, signed_in

pytestmark = pytest.mark.django_db
__all__ = ["undefined_variables_fail"]


@pytest.fixture(autouse=True)
def nobody_works(monkeypatch: pytest.MonkeyPatch) -> None:
    """No broker here: turns are taken by hand."""
    monkeypatch.setattr(turns.outbox, "publish", lambda *given, **how: True)


@pytest.fixture
def draft(cast: Cast) -> ProtocolDraft:
    return proposed(cast, draft_of(cast))


@pytest.fixture
def simulation(cast: Cast, draft: ProtocolDraft) -> Simulation:
    """Six red alerts to the police and the programme; three orange ones held."""
    for _n in range(6):
        read_before(cast, LEVEL_4)
    for _n in range(3):
        read_before(cast, LEVEL_3)
    return carried(begun(cast, draft, cast.rita))


def published(cast: Cast, simulation: Simulation) -> PublishedCounts:
    with inside(cast.victims):
        return publishing.publish(actor=cast.actor(cast.rita), simulation=now(simulation))


def test_what_is_shown_is_said_before(cast: Cast, simulation):
    html = text_of(get(cast.rita, "simulation:publish", simulation.draft_id, simulation.pk))
    for service in (cast.programme, cast.police, cast.coordination):
        assert f"<li>{service.name}</li>" in html
    assert cast.elsewhere.name not in html
    assert "Aucun total" in html
    assert not PublishedCounts.objects.exists()


def test_only_cells_of_five_and_more_cross_and_no_total(cast: Cast, simulation):
    [row] = [published(cast, simulation)]
    assert sorted(row.cells) == [["AUT", "red", "send", 6], ["POL", "red", "send", 6]]
    assert {field.name for field in PublishedCounts._meta.concrete_fields} == {
        "id", "service", "draft", "simulation", "text_hash", "first", "last", "readers", "cells", "at",
    }  # fmt: skip
    with inside(cast.programme):
        assert not Simulation.objects.filter(pk=row.simulation_id).exists(), (
            "what it points at stays behind the wall"
        )


def test_the_other_parties_see_it_beside_the_draft_and_nobody_else(cast: Cast, draft, simulation):
    rose = person("Rose", at=cast.elsewhere, role=Role.REFERENT)
    answer = post(cast.rita, "simulation:publish", draft.pk, simulation.pk)
    assert answer["Location"] == reverse("simulation:begin", args=[cast.victims.slug, draft.pk])
    for who in (cast.rita, cast.remy, cast.cleo):
        html = text_of(get(who, "simulation:begin", draft.pk))
        assert f"{cast.victims.name}" in html
        assert "non montré" in html
        assert html.count(">6<") == 2
        assert ">3<" not in html, "three are held: below five"
        assert str(simulation.pk) not in html or who == cast.rita
    assert get(rose, "simulation:begin", draft.pk).status_code == 404
    assert not PublishedCounts.objects.visible_to(cast.elsewhere.pk).exists()
    assert PublishedCounts.objects.visible_to(cast.programme.pk).count() == 1
    with inside(cast.victims):
        [event] = Event.objects.filter(tag=Tag.PROTOCOL_COUNTED)
    assert event.user_id == cast.rita.pk


def test_until_it_is_published_no_party_sees_a_figure(cast: Cast, draft, simulation):
    for who in (cast.remy, cast.cleo):
        html = text_of(get(who, "simulation:begin", draft.pk))
        assert "Rien pour l’instant. Une fois le projet proposé" in html
        assert cast.victims.name not in html


def test_a_text_taken_back_takes_what_was_shown_of_it_out_of_sight(cast: Cast, draft, simulation):
    published(cast, simulation)
    with inside(cast.coordination):
        drafts.take_back(actor=cast.actor(cast.cleo), draft=draft)
        drafts.save(actor=cast.actor(cast.cleo), draft=draft, text=draft.text + "\n# autre\n", revision=1)
    assert not PublishedCounts.objects.visible_to(cast.programme.pk).exists()
    assert "non montré" in text_of(get(cast.cleo, "simulation:begin", draft.pk)), "a comment is no other text"
    with inside(cast.coordination):
        changed = draft.text.replace("urgency: yellow", "urgency: orange")
        drafts.save(actor=cast.actor(cast.cleo), draft=draft, text=changed, revision=2)
    assert "non montré" not in text_of(get(cast.cleo, "simulation:begin", draft.pk))


def test_who_becomes_a_party_later_sees_nothing_of_it(cast: Cast, draft, simulation):
    published(cast, simulation)
    author = cast.actor(cast.cleo)
    for role in (Role.REFERENT, Role.DIRECTION):
        person(f"{role}-new", at=cast.elsewhere, role=role)
    with inside(cast.coordination):
        drafts.take_back(actor=author, draft=draft)
        parties = drafts.parties_of(draft) | {"AUT": cast.elsewhere}
        draft = drafts.set_parties(actor=author, draft=draft, parties=parties)
        drafts.propose(actor=author, draft=draft, revision=draft.revision)
    assert ProtocolDraft.objects.visible_to(cast.elsewhere.pk).filter(pk=draft.pk).exists()
    assert not PublishedCounts.objects.visible_to(cast.elsewhere.pk).exists()
    assert PublishedCounts.objects.visible_to(cast.police.pk).exists()


def test_one_family_read_often_is_one_family(cast: Cast, draft):
    case = read_before(cast, LEVEL_4)
    for ago in range(6):
        finalised(cast.actor(cast.ana), LEVEL_4, at=timezone.now() - timedelta(days=ago), case=case)
    often = carried(begun(cast, draft, cast.rita))
    with pytest.raises(NothingToShow):
        published(cast, often)


def test_once_for_a_text_and_never_replaced(cast: Cast, draft, simulation):
    published(cast, simulation)
    read_before(cast, LEVEL_4)
    again = carried(begun(cast, draft, cast.rita))
    with pytest.raises(PublishedAlready):
        published(cast, again)
    assert "Montrer les nombres" not in text_of(get(cast.rita, "simulation:simulation", draft.pk, again.pk))
    answer = post(cast.rita, "simulation:publish", draft.pk, again.pk)
    assert answer["Location"].endswith(f"/simuler/{again.pk}/")
    assert PublishedCounts.objects.count() == 1


def test_another_text_shows_nothing_that_the_first_would_tell_with_it(cast: Cast, draft, simulation):
    """Two more red ones since: eight and six, subtracted, are two."""
    published(cast, simulation)
    with inside(cast.coordination):
        drafts.take_back(actor=cast.actor(cast.cleo), draft=draft)
        text = draft.text.replace("title: ", "title: Autre ", 1)
        draft = drafts.save(actor=cast.actor(cast.cleo), draft=draft, text=text, revision=1)
        drafts.propose(actor=cast.actor(cast.cleo), draft=draft, revision=2)
    for _n in range(2):
        read_before(cast, LEVEL_4)
    with pytest.raises(NothingToShow):
        published(cast, carried(begun(cast, draft, cast.rita)))


def test_what_is_not_published(cast: Cast, simulation):
    draft = simulation.draft
    invented = carried(begun(cast, draft, cast.rita, kind="invented", number=50))
    with pytest.raises(NotPublishable):
        published(cast, invented)
    with pytest.raises(RightLacking), inside(cast.victims):
        publishing.publish(actor=cast.actor(cast.ana), simulation=simulation)
    with inside(cast.victims):
        Simulation.objects.filter(pk=simulation.pk).update(end="stopped")
    with pytest.raises(NotPublishable):
        published(cast, simulation)
    with inside(cast.victims):
        Simulation.objects.filter(pk=simulation.pk).update(end="done")
    with inside(cast.coordination):
        drafts.take_back(actor=cast.actor(cast.cleo), draft=draft)
    with pytest.raises(NotPublishable):
        published(cast, simulation)


def test_the_table_names_no_line_of_which_nothing_is_shown(cast: Cast, simulation):
    """Nor whether a count was too small, or nothing: one sentence says it of all others."""
    row = published(cast, simulation)
    [shown] = published_on(cast.programme, simulation.draft, load_protocol(simulation.draft.text))
    assert shown.counts == row
    lines = {(line.recipient, line.urgency, line.sent, line.held) for line in shown.rows}
    assert lines == {(cast.programme.name, "red", 6, None), (cast.police.name, "red", 6, None)}


def test_where_all_is_small_nothing_is_published_and_it_is_said(cast: Cast, draft):
    for _n in range(4):
        read_before(cast, LEVEL_4)
    few = carried(begun(cast, draft, cast.rita))
    client = signed_in(Client(), cast.rita)
    url = reverse("simulation:publish", args=[cast.victims.slug, draft.pk, few.pk])
    assert "Aucun nombre ne peut être montré" in text_of(client.post(url, posting(), follow=True))
    assert not PublishedCounts.objects.exists()
