"""What tests of simulations share: a draft with its parties, readings of the days before, and the turns of a worker."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from alerts.factories import agreement, finalised
from alerts.models import Simulation
from alerts.simulating import beginning
from alerts.simulating.turns import take_turn
from assessment.factories import LEVEL_1, LEVEL_3, LEVEL_4
from cases.factories import case as make_case
from cases.models import Case
from pole.accounts.models import User
from pole.tenancy.context import inside
from pole.tenancy.factories import person
from pole.tenancy.models import Service
from pole.tenancy.permissions import Role
from protocols import drafts
from protocols.models import ProtocolDraft
from tests.cast import Cast

CLOSED = ("VIC -> AUT: [C01, C04, C05, C14]", "VIC -> AUT: [C01, C04, C05]")


def parties(cast: Cast) -> dict[str, Service]:
    return {"VIC": cast.victims, "AUT": cast.programme, "POL": cast.police, "COO": cast.coordination}


def draft_of(cast: Cast, *changes: tuple[str, str], by: User | None = None) -> ProtocolDraft:
    """The demonstration protocol as the coordination, or somebody else, drafts it, between the cast."""
    actor = cast.actor(by or cast.cleo)
    with inside(actor.service):
        draft = drafts.create_from_shipped(actor=actor, identifier="demo-2026")
        text = draft.text
        for before, after in changes:
            assert before in text
            text = text.replace(before, after)
        draft = drafts.save(actor=actor, draft=draft, text=text, revision=1)
        return drafts.set_parties(actor=actor, draft=draft, parties=parties(cast))


def proposed(cast: Cast, draft: ProtocolDraft) -> ProtocolDraft:
    """Asked of all parties, behind which there are people."""
    for service in (cast.programme, cast.police, cast.coordination):
        for role in (Role.REFERENT, Role.DIRECTION):
            person(f"{role}-{service.slug}", at=service, role=role)
    with inside(draft.service):
        return drafts.propose(actor=cast.actor(cast.cleo), draft=draft, revision=draft.revision)


def read_before(cast: Cast, answers: Any = LEVEL_4, *, ago: int = 20, agrees: bool = False) -> Case:
    """A case of Ana's, read so many days ago."""
    with inside(cast.victims):
        case = make_case(cast.victims, team=[cast.ana], followed="Nora Lien", partner="Paul Lien")
        if agrees:
            day = timezone.localdate() - timedelta(days=ago + 1)
            days = {"given_on": day, "informed_on": day, "expires_on": day + timedelta(days=90)}
            agreement(case, cast.programme, by=cast.ana, **days)
    finalised(cast.actor(cast.ana), answers, at=timezone.now() - timedelta(days=ago), case=case)
    return case


def a_past(cast: Cast) -> list[Case]:
    """Two red, one sent with agreement, one held, one of which nothing comes."""
    return [
        read_before(cast, LEVEL_4),
        read_before(cast, LEVEL_4, ago=13),
        read_before(cast, LEVEL_3, agrees=True),
        read_before(cast, LEVEL_3),
        read_before(cast, LEVEL_1),
    ]


def begun(cast: Cast, draft: ProtocolDraft, who: User, *, kind: str = "past", **said: Any) -> Simulation:
    actor, today = cast.actor(who), timezone.localdate()
    days = {"first": today - timedelta(days=60), "last": today}
    with inside(actor.service):
        return beginning.begin(actor=actor, draft=draft, kind=kind, **days | said)


def carried(simulation: Simulation) -> Simulation:
    """To its end, as a worker does it."""
    turn = 0
    while take_turn(simulation.service_id, simulation.pk, turn):
        turn += 1
    return now(simulation)


def now(simulation: Simulation) -> Simulation:
    with inside(simulation.service):
        return Simulation.objects.select_related("service", "against", "draft", "begun_by").get(
            pk=simulation.pk
        )
