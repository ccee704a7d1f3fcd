"""A protocol is signed by each party's direction alone, on the text they were shown, and then runs."""

import json
from datetime import timedelta

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.utils import timezone

from alerts.factories import in_force_around
from pole.accounts.again import Confirmed
from pole.audit.models import Event
from pole.clock import database_now
from pole.tenancy.actor import RightLacking
from pole.tenancy.context import inside
from pole.tenancy.factories import person
from pole.tenancy.permissions import Role
from protocols import drafts, signing
from protocols.documents import load_protocol
from protocols.draft_text import unsigned
from protocols.models import DraftState, ProtocolDraft, ProtocolVersion, Signature, SigningKey
from protocols.refusals import (
    AlreadySigned,
    NotConfirmed,
    NothingToSay,
    NotProposed,
    OtherText,
    Overlapping,
    Past,
)
from protocols.registry import protocol_of, shipped_text, standings
from protocols.statement import parts_of
from tests.cast import Cast
from tests.protocols.signers import Signers, make_signers

pytestmark = pytest.mark.django_db


@pytest.fixture
def signers(cast: Cast) -> Signers:
    return make_signers(cast)


@pytest.fixture
def text() -> str:
    return unsigned(in_force_around(shipped_text("demo-2026"), timezone.localdate()))


def test_with_the_last_signature_the_text_is_in_force_between_its_parties(cast, signers, text):
    draft = signers.proposed(text)
    for code in ("VIC", "AUT", "POL"):
        draft = signers.sign(draft, code)
        assert draft.state == DraftState.PROPOSED
        assert not ProtocolVersion.objects.exists()
    draft = signers.sign(draft, "COO")
    version = ProtocolVersion.objects.get()
    assert (draft.state, draft.became) == (DraftState.SIGNED, version)
    assert version.document == text
    assert version.signed_on == timezone.localdate()
    assert {party.code: party.service for party in version.parties.all()} == signers.parties
    assert [each.version for each in standings(cast.victims, database_now())] == [version]
    assert not standings(cast.elsewhere, database_now())
    assert [row.code for row in signing.signatures_of(version)] == ["AUT", "COO", "POL", "VIC"]


def test_a_signature_covers_text_rules_matrix_parties_signer_and_moment(cast, signers, text):
    draft = signers.sign(signers.proposed(text), "POL")
    [kept] = Signature.objects.all()
    said = json.loads(kept.statement)
    assert {key: said[key] for key in parts_of(text).hashes()} == parts_of(text).hashes()
    assert (said["protocol"], said["version"], said["party"]) == ("demo-2026", "1", "POL")
    assert said["parties"] == {code: service.name for code, service in signers.parties.items()}
    assert said["by"] == "Piet"
    assert said["at"] == kept.at.isoformat()
    public = Ed25519PublicKey.from_public_bytes(bytes(kept.key.public))
    public.verify(bytes(kept.signature), kept.statement.encode())
    with pytest.raises(InvalidSignature):
        public.verify(bytes(kept.signature), kept.statement.replace("POL", "VIC").encode())
    assert draft.state == DraftState.PROPOSED


def test_a_service_signs_with_one_key_and_nobody_elses(cast, signers, text):
    draft = signers.all_sign(signers.proposed(text))
    later = draft.text.replace('version: "1"', 'version: "2"').replace(
        "in_force: {", "in_force: {from: 2099-01-01, until: 2099-12-31}  # {"
    )
    signers.all_sign(signers.proposed(later))
    assert SigningKey.objects.count() == 4
    assert len({bytes(key.public) for key in SigningKey.objects.all()}) == 4
    for row in Signature.objects.select_related("key"):
        assert row.key.service_id == row.service_id
        assert bytes(row.key.public) not in bytes(row.key.sealed)


def test_a_direction_signs_and_nobody_else_does(cast, signers, text):
    draft = signers.proposed(text)
    sha256 = load_protocol(text).text_hash()
    for user in (cast.ana, cast.rita, cast.olga, cast.carla, cast.cleo):
        actor = cast.actor(user)
        confirmed = Confirmed(actor.person_id, database_now())
        with inside(actor.service), pytest.raises(RightLacking):
            signing.sign(actor=actor, draft=draft, sha256=sha256, confirmed=confirmed)
        with inside(actor.service), pytest.raises(RightLacking):
            signing.decline(actor=actor, draft=draft, motive="no")
    stranger = cast.actor(person("Dirk", at=cast.elsewhere, role=Role.DIRECTION))
    confirmed = Confirmed(stranger.person_id, database_now())
    with inside(stranger.service), pytest.raises(ProtocolDraft.DoesNotExist):
        signing.sign(actor=stranger, draft=draft, sha256=sha256, confirmed=confirmed)
    assert not Signature.objects.exists()


def test_both_factors_are_given_for_this_signature_by_who_signs(cast, signers, text):
    draft = signers.proposed(text)
    now = database_now()
    denis = signers.of["VIC"].person_id
    signers.refused(draft, "VIC", NotConfirmed, confirmed=Confirmed(denis, now - timedelta(minutes=3)))
    signers.refused(draft, "VIC", NotConfirmed, confirmed=Confirmed(denis, now + timedelta(minutes=3)))
    signers.refused(draft, "VIC", NotConfirmed, confirmed=Confirmed(cast.dina.pk, now))


def test_another_text_than_the_one_shown_is_not_signed(cast, signers, text):
    draft = signers.proposed(text)
    signers.refused(draft, "VIC", OtherText, sha256="0" * 64)
    shown = load_protocol(text).text_hash()
    coo = signers.of["COO"]
    with inside(coo.service):
        drafts.take_back(actor=coo, draft=draft)
    signers.refused(draft, "COO", NotProposed)
    with inside(coo.service):
        moved = drafts.save(actor=coo, draft=draft, text=text.replace("C13]", "C12, C13]", 1), revision=1)
        draft = drafts.propose(actor=coo, draft=moved, revision=2)
    signers.refused(draft, "VIC", OtherText, sha256=shown)
    signers.sign(draft, "VIC")


def test_what_was_signed_before_it_was_taken_back_counts_no_more(cast, signers, text):
    draft = signers.proposed(text)
    for code in ("VIC", "AUT", "POL"):
        signers.sign(draft, code)
    coo = signers.of["COO"]
    with inside(coo.service):
        drafts.take_back(actor=coo, draft=draft)
        draft = drafts.propose(actor=coo, draft=draft, revision=1)
    assert not any(stand.signature for stand in signing.stands(draft))
    draft = signers.sign(draft, "COO")
    assert draft.state == DraftState.PROPOSED
    for code in ("VIC", "AUT", "POL"):
        draft = signers.sign(draft, code)
    assert draft.state == DraftState.SIGNED
    assert len(signing.signatures_of(draft.became)) == 4


def test_a_party_signs_once(cast, signers, text):
    draft = signers.sign(signers.proposed(text), "VIC")
    signers.refused(draft, "VIC", AlreadySigned)
    for code in ("AUT", "POL", "COO"):
        draft = signers.sign(draft, code)
    signers.refused(draft, "VIC", NotProposed)


def test_who_declines_says_why_and_may_sign_later(cast, signers, text):
    draft = signers.proposed(text)
    aut = signers.of["AUT"]
    with inside(aut.service):
        with pytest.raises(NothingToSay):
            signing.decline(actor=aut, draft=draft, motive="  ")
        signing.decline(actor=aut, draft=draft, motive="Article 7 goes too far.")
    declined = {stand.code: stand.decline for stand in signing.stands(draft)}
    assert declined["AUT"].motive == "Article 7 goes too far."
    assert [code for code, row in declined.items() if row] == ["AUT"]
    for code in ("VIC", "POL", "COO"):
        assert signers.sign(draft, code).state == DraftState.PROPOSED
    assert signers.sign(draft, "AUT").state == DraftState.SIGNED
    assert not any(stand.decline for stand in signing.stands(draft))
    with inside(aut.service), pytest.raises(NotProposed):
        signing.decline(actor=aut, draft=draft, motive="too late")


def test_a_signature_stands_against_a_later_decline(cast, signers, text):
    draft = signers.sign(signers.proposed(text), "VIC")
    vic = signers.of["VIC"]
    with inside(vic.service), pytest.raises(AlreadySigned):
        signing.decline(actor=vic, draft=draft, motive="after all not")


def test_days_that_are_over_and_versions_that_overlap_are_refused(cast, signers, text):
    old = signers.proposed(
        text.replace("in_force: {", "in_force: {from: 2020-01-01, until: 2020-12-31}  # {")
    )
    signers.refused(old, "VIC", Past)
    two = signers.proposed(text.replace('version: "1"', 'version: "2"'))
    signers.all_sign(signers.proposed(text))
    signers.refused(two, "VIC", Overlapping)


def test_each_partys_journal_says_that_it_signed(cast, signers, text):
    signers.all_sign(signers.proposed(text))
    for actor in signers.of.values():
        with inside(actor.service):
            [event] = Event.objects.filter(tag="protocol:signed")
            assert event.user_id == actor.user_id
            assert event.detail["sha256"] == protocol_of(ProtocolVersion.objects.get()).text_hash()
    with inside(cast.elsewhere):
        assert not Event.objects.exists()
