"""Whoever signs in tests: directions of all parties, what they were shown, and both factors just given."""

from dataclasses import dataclass

import pytest

from pole.accounts.again import Confirmed
from pole.clock import database_now
from pole.tenancy.actor import Actor
from pole.tenancy.context import inside
from pole.tenancy.factories import person
from pole.tenancy.models import Service
from pole.tenancy.permissions import Role
from protocols import drafts, signing
from protocols.documents import load_protocol
from protocols.models import ProtocolDraft
from protocols.refusals import Refused
from tests.cast import Cast


@dataclass(frozen=True)
class Signers:
    """A direction for each party of the demonstration protocol, by its code."""

    cast: Cast
    of: dict[str, Actor]

    @property
    def parties(self) -> dict[str, Service]:
        return {code: actor.service for code, actor in self.of.items()}

    def proposed(self, text: str, *, by: str = "COO") -> ProtocolDraft:
        """A text, proposed to all parties."""
        author = self.of[by]
        with inside(author.service):
            draft = drafts.create(actor=author, text=text)
            drafts.set_parties(actor=author, draft=draft, parties=self.parties)
            return drafts.propose(actor=author, draft=draft, revision=1)

    def sign(self, draft: ProtocolDraft, code: str, **changed: object) -> ProtocolDraft:
        """As this party's direction; `changed` replaces what they bring along."""
        actor = self.of[code]
        brought = {
            "sha256": load_protocol(draft.text).text_hash(),
            "confirmed": Confirmed(actor.person_id, database_now()),
            **changed,
        }
        with inside(actor.service):
            return signing.sign(actor=actor, draft=draft, **brought)

    def refused(self, draft: ProtocolDraft, code: str, why: type[Refused], **changed: object) -> None:
        """That signing is refused for this reason."""
        with pytest.raises(why) as refused:
            self.sign(draft, code, **changed)
        assert str(refused.value)

    def all_sign(self, draft: ProtocolDraft) -> ProtocolDraft:
        for code in self.of:
            draft = self.sign(draft, code)
        return draft


def make_signers(cast: Cast) -> Signers:
    """With people behind every party as the checks want them."""
    for service in (cast.programme, cast.police, cast.coordination):
        person(f"Second-{service.slug}", at=service, role=Role.REFERENT)
    people = {
        "VIC": cast.denis,
        "AUT": cast.dina,
        "POL": person("Piet", at=cast.police, role=Role.DIRECTION),
        "COO": person("Chiara", at=cast.coordination, role=Role.DIRECTION),
    }
    return Signers(cast, {code: cast.actor(user) for code, user in people.items()})
