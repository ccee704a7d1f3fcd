"""Protocols in work: nobody's change is lost, nobody sees a text before it is proposed, faults stop a proposal."""

import pytest

from pole.audit.models import Event
from pole.tenancy.actor import Actor, RightLacking
from pole.tenancy.context import inside
from pole.tenancy.factories import person
from pole.tenancy.permissions import Role
from protocols import drafts
from protocols.documents import load_protocol, shipped
from protocols.models import DraftState, ProtocolDraft
from protocols.refusals import (
    IdentifierTaken,
    NotADraft,
    NotTheAuthors,
    PartyMissing,
    Stale,
    TooLong,
    Unfit,
    UnknownShipped,
)
from tests.alerts.screens import signed_between
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cleo(cast: Cast) -> Actor:
    """The coordination's, with people behind every party as the checks want them."""
    for service in (cast.programme, cast.police, cast.coordination):
        for role in (Role.REFERENT, Role.DIRECTION):
            person(f"{role}-{service.slug}", at=service, role=role)
    return cast.actor(cast.cleo)


def parties(cast: Cast) -> dict:
    return {"VIC": cast.victims, "AUT": cast.programme, "POL": cast.police, "COO": cast.coordination}


def proposable(cast: Cast, cleo: Actor) -> ProtocolDraft:
    draft = drafts.create_from_shipped(actor=cleo, identifier="demo-2026")
    return drafts.set_parties(actor=cleo, draft=draft, parties=parties(cast))


def test_an_empty_draft_is_already_a_protocol(cast: Cast):
    actor = cast.actor(cast.cleo)
    with inside(actor.service):
        draft = drafts.create(actor=actor, identifier="entente")
        assert load_protocol(draft.text).identifier == draft.identifier == "entente"
        assert (draft.revision, draft.version, draft.state) == (1, "1", DraftState.DRAFT)
        assert [row.text for row in draft.revisions.all()] == [draft.text]


@pytest.mark.parametrize("identifier", shipped())
def test_a_shipped_protocol_is_begun_unsigned(cast: Cast, identifier: str):
    actor = cast.actor(cast.rita)
    with inside(actor.service):
        draft = drafts.create_from_shipped(actor=actor, identifier=identifier)
        assert load_protocol(draft.text).signed_on is None
        with pytest.raises(UnknownShipped):
            drafts.create_from_shipped(actor=actor, identifier="../demo-2026")


def test_every_save_is_kept_and_counts(cast: Cast):
    actor = cast.actor(cast.cleo)
    with inside(actor.service):
        draft = drafts.create(actor=actor)
        draft = drafts.save(actor=actor, draft=draft, text="not: [yet\r\n", revision=1)
        again = drafts.save(actor=actor, draft=draft, text="not: [yet\n", revision=1)
        assert again.revision == draft.revision == 2
        assert list(draft.revisions.order_by("number").values_list("number", "user_id")) == [
            (1, cast.cleo.pk),
            (2, cast.cleo.pk),
        ]
        assert draft.identifier == "protocole-coordination"  # what it was called when it could be read
        with pytest.raises(TooLong):
            drafts.save(actor=actor, draft=draft, text="x" * 2_000_000, revision=2)
        assert ProtocolDraft.objects.get().text == "not: [yet\n"


def test_the_second_of_two_editors_is_shown_the_firsts_change(cast: Cast):
    other = person("Claude", at=cast.coordination, role=Role.COORDINATION)
    first, second = cast.actor(cast.cleo), cast.actor(other)
    with inside(first.service):
        draft = drafts.create(actor=first)
        begun = draft.text
        drafts.save(actor=first, draft=draft, text=begun + "# hers\n", revision=1)
        with pytest.raises(Stale) as stale:
            drafts.save(actor=second, draft=draft, text=begun + "# his\n", revision=1)
        assert stale.value.base == begun
        assert stale.value.theirs.text == begun + "# hers\n"
        assert stale.value.theirs.user == cast.cleo
        assert ProtocolDraft.objects.get().revision == 2


def test_only_its_author_sees_a_draft_and_the_parties_what_is_proposed(cast: Cast, cleo: Actor):
    with inside(cleo.service):
        draft = proposable(cast, cleo)
        assert not ProtocolDraft.objects.visible_to(cast.victims.pk).exists()
        drafts.propose(actor=cleo, draft=draft, revision=1)
    for service in parties(cast).values():
        assert ProtocolDraft.objects.visible_to(service.pk).get() == draft
    assert not ProtocolDraft.objects.visible_to(cast.elsewhere.pk).exists()
    with inside(cleo.service):
        drafts.take_back(actor=cleo, draft=draft)
        assert [event.tag for event in Event.objects.order_by("at")] == [
            "protocol:drafted",
            "protocol:proposed",
            "protocol:taken_back",
        ]
    assert not ProtocolDraft.objects.visible_to(cast.victims.pk).exists()


def test_who_may_write(cast: Cast, cleo: Actor):
    for user in (cast.ana, cast.carla, cast.olga, cast.dora):
        with inside(cast.actor(user).service), pytest.raises(RightLacking):
            drafts.create(actor=cast.actor(user))
    with inside(cleo.service):
        draft = drafts.propose(actor=cleo, draft=proposable(cast, cleo), revision=1)
    denis = cast.actor(cast.denis)
    with inside(denis.service), pytest.raises(NotTheAuthors):
        drafts.save(actor=denis, draft=draft, text="ours", revision=1)
    stranger = cast.actor(person("Dirk", at=cast.elsewhere, role=Role.DIRECTION))
    with inside(stranger.service), pytest.raises(ProtocolDraft.DoesNotExist):
        drafts.save(actor=stranger, draft=draft, text="ours", revision=1)


def test_what_is_proposed_does_not_change(cast: Cast, cleo: Actor):
    with inside(cleo.service):
        draft = drafts.propose(actor=cleo, draft=proposable(cast, cleo), revision=1)
        with pytest.raises(NotADraft):
            drafts.save(actor=cleo, draft=draft, text="other\n", revision=1)
        with pytest.raises(NotADraft):
            drafts.set_parties(actor=cleo, draft=draft, parties={})
        with pytest.raises(NotADraft):
            drafts.propose(actor=cleo, draft=draft, revision=1)


def test_faults_stop_a_proposal_and_the_draft_is_kept(cast: Cast, cleo: Actor):
    with inside(cleo.service):
        draft = proposable(cast, cleo)
        text = draft.text.replace("severity: {least: 4}", "severity: {least: 9}", 1) + "oops: 1\n"
        draft = drafts.save(actor=cleo, draft=draft, text=text, revision=1)
        with pytest.raises(Unfit) as unfit:
            drafts.propose(actor=cleo, draft=draft, revision=2)
        assert [finding.is_fault for finding in unfit.value.findings] == [True]
        assert "oops" in unfit.value.findings[0].reason
        assert ProtocolDraft.objects.get().text == text


def test_a_party_that_no_service_is_stops_a_proposal(cast: Cast, cleo: Actor):
    with inside(cleo.service):
        draft = proposable(cast, cleo)
        drafts.set_parties(actor=cleo, draft=draft, parties={"VIC": cast.victims, "COO": cast.coordination})
        with pytest.raises(Unfit) as unfit:
            drafts.propose(actor=cleo, draft=draft, revision=1)
        assert {finding.path for finding in unfit.value.findings} == {"parties.AUT", "parties.POL"}
        with pytest.raises(PartyMissing):
            drafts.set_parties(actor=cleo, draft=draft, parties={"VIC": cast.victims, "AUT": cast.victims})


def test_a_name_that_is_taken_stops_a_proposal(cast: Cast, cleo: Actor):
    signed_between(cast, from_days=-30, until_days=300)
    with inside(cleo.service), pytest.raises(IdentifierTaken):
        drafts.propose(actor=cleo, draft=proposable(cast, cleo), revision=1)


def test_an_amendment_begins_with_the_text_and_the_services_of_what_it_amends(cast: Cast):
    version = signed_between(cast, from_days=-30, until_days=300)
    actor = cast.actor(cast.denis)
    with inside(actor.service):
        draft = drafts.amend(actor=actor, version=version)
        protocol = load_protocol(draft.text)
        assert (protocol.identifier, protocol.version, protocol.signed_on) == ("demo-2026", "2", None)
        assert drafts.parties_of(draft) == parties(cast)
        assert draft.amends == version
