"""A cooperation's protocols: in force, in work, proposed and declined, simulated."""

import re
from datetime import timedelta

from django.utils import timezone

from alerts.models import PublishedCounts
from alerts.simulating import beginning, publishing
from alerts.simulating.turns import take_turn
from pole.tenancy.factories import person
from pole.tenancy.models import Service
from pole.tenancy.permissions import Role
from protocols import drafts, signing
from protocols.models import ProtocolDraft
from protocols.registry import register_version, shipped_text
from tests.wall.sides import Side


def sign(side: Side, board: Service) -> None:
    """The demonstration protocol, in force around today, under a name of this cooperation."""
    today = timezone.localdate()
    text = shipped_text("demo-2026").replace("protocol: demo-2026", f"protocol: demo-{side.service.slug}")
    days = f"{{from: {today - timedelta(days=30)}, until: {today + timedelta(days=300)}}}"
    text = re.sub(r"^signed_on: .*$", f"signed_on: {today - timedelta(days=30)}", text, flags=re.M)
    text = re.sub(r"^in_force: .*$", f"in_force: {days}", text, flags=re.M)
    parties = {"VIC": side.service, "AUT": side.programme, "POL": side.police, "COO": board}
    register_version(text, parties=parties)


def draft(side: Side) -> None:
    """A protocol in work, that nobody was asked to sign."""
    draft = drafts.create(actor=side.actor(Role.COORDINATION))
    text = draft.text.replace("Protocole sans titre", f"Protocole {side.mark}")
    drafts.save(actor=side.actor(Role.COORDINATION), draft=draft, text=text, revision=draft.revision)


def propose(side: Side, board: Service) -> None:
    """A protocol of this cooperation's, proposed for signature and declined by one of its parties."""
    parties = {"VIC": side.service, "AUT": side.programme, "POL": side.police, "COO": board}
    for code, party in parties.items():
        if party != side.service:
            person(f"Ria-{code}", at=party, role=Role.REFERENT)
            person(f"Dan-{code}", at=party, role=Role.DIRECTION)
    author = side.actor(Role.COORDINATION)
    draft = drafts.create_from_shipped(actor=author, identifier="demo-2026")
    text = draft.text.replace("protocol: demo-2026", f"protocol: next-{side.service.slug}")
    draft = drafts.save(
        actor=author, draft=draft, text=text.replace("title: ", f"title: {side.mark} ", 1), revision=1
    )
    drafts.set_parties(actor=author, draft=draft, parties=parties)
    drafts.propose(actor=author, draft=draft, revision=2)
    _simulate(side, draft)
    signing.decline(actor=side.actor(Role.DIRECTION), draft=draft, motive=side.mark)


def _simulate(side: Side, draft: ProtocolDraft) -> None:
    """The draft played on the service's own readings, to its end; its counts are shown to the parties."""
    today = timezone.localdate()
    days = {"first": today - timedelta(days=30), "last": today}
    simulation = beginning.begin(actor=side.actor(Role.COORDINATION), draft=draft, kind="past", **days)
    take_turn(side.service.pk, simulation.pk, 0)
    simulation.refresh_from_db()
    assert simulation.concerned, "the probe would look for no case there"
    PublishedCounts.objects.create(
        service=side.service,
        draft=draft,
        simulation=simulation,
        text_hash=simulation.text_hash,
        readers=[str(each.pk) for each in publishing.readers(simulation)],
        cells=[["POL", "red", "send", 7]],
        **days,
    )
