"""A scenario played as people live it: services and members, cases, agreements, incidents, readings, on PostgreSQL and
at the scenario's own moments."""

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from alerts import situations, work
from alerts.changes import consume_changes
from alerts.models import Owed, OwedKind
from alerts.services import finalise_reading
from assessment import services as assessing
from assessment import versions
from assessment.factories import LEVEL_2
from assessment.models import Reading
from assessment.services import Given
from cases import services as cases
from cases.models import Case, Person, PersonRole
from pole import clock, legal
from pole.accounts.models import User
from pole.calendar import BRUSSELS
from pole.tenancy import factories as people
from pole.tenancy.actor import Actor
from pole.tenancy.context import inside
from pole.tenancy.models import Service, ServiceKind
from pole.tenancy.permissions import Role
from pole.yamlfile import Node, load
from protocols import exchange as door
from protocols.documents import load_protocol
from protocols.models import Exchange, ExchangeKind
from protocols.registry import register_version, shipped_text
from protocols.terms import Protocol

KINDS = {
    "perpetrator_service": ServiceKind.PERPETRATOR_PROGRAMME,
    "police": ServiceKind.POLICE,
    "coordination": ServiceKind.COORDINATION,
}
ALERTS = (ExchangeKind.ALERT, ExchangeKind.UPDATE, ExchangeKind.REMINDER)
A_WEEK = timedelta(days=7)
LONG_AGO = timedelta(days=1000)  # before anything that a protocol counts
OTHER_GRID = "pdc-1"  # its answers say nothing to a reading with another grid


class Moment:
    """What every clock of the process shows: Django's, and the database's wherever it is asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = clock.database_now()
        monkeypatch.setattr("django.utils.timezone.now", lambda: self.now)
        asked = clock.database_now
        for module in list(sys.modules.values()):
            if getattr(module, "database_now", None) is asked:
                monkeypatch.setattr(module, "database_now", lambda: self.now)

    def of(self, day: date) -> None:
        self.now = datetime.combine(day, time(10), BRUSSELS)


@dataclass
class Played:
    """One scenario in the database: a service a party, and one that is none."""

    root: Node
    moment: Moment
    protocol: Protocol = field(init=False)
    services: dict[str, Service] = field(init=False, default_factory=dict)
    members: dict[str, User] = field(init=False, default_factory=dict)
    managers: dict[str, User] = field(init=False, default_factory=dict)
    readings: dict[str, Reading] = field(init=False, default_factory=dict)
    bystander: Service = field(init=False)

    def __post_init__(self) -> None:
        plain = self.root.plain()
        self.at = self.root.mapping()["at"].instant()
        self.moment.now = self.at - LONG_AGO
        self.protocol = load_protocol(plain["protocol"])
        self.grid = plain.get("grid", self.protocol.grid)
        for code, party in self.protocol.parties.items():
            service = people.service(
                f"service-{code.lower()}", KINDS.get(party.kind, ServiceKind.VICTIM_SUPPORT)
            )
            self.services[code] = service
            self.members[code] = people.person(code.title(), at=service)
            self.managers[code] = people.person(f"Dir{code.lower()}", at=service, role=Role.DIRECTION)
            people.person(f"Ref{code.lower()}", at=service, role=Role.REFERENT)
        self.bystander = people.service("autre-rive")
        people.person("Dora", at=self.bystander, role=Role.DIRECTION)
        register_version(shipped_text(plain["protocol"]), parties=self.services)
        for item in plain["readings"]:
            self._read(item)
        self._link()

    def actor(self, code: str) -> Actor:
        return Actor.of(self.members[code], self.services[code].slug)

    def _read(self, item: Mapping[str, Any]) -> None:
        code = item["service"]
        actor = self.actor(code)
        with inside(self.services[code]):
            self._use(code, self.grid)
            case = self._case(actor)
            self._past(actor, code, case, item)
            self.moment.now = self.at
            self._agreements(actor, case, item.get("agreements", ()))
            consume_changes(actor.service)
            self.readings[code] = self._finalised(actor, case, item["answers"], self.grid, self.at)

    def _use(self, code: str, grid: str) -> None:
        versions.use_grid(actor=Actor.of(self.managers[code], self.services[code].slug), code=grid)

    def _case(self, actor: Actor) -> Case:
        """A case that holds something of everything that a category may carry, and nothing that a rule counts."""
        case = cases.open_case(
            actor=actor,
            summary="Suivi.",
            followed={"first_name": "Nora", "last_name": "Lien", "phone": "0470 00 00 00"},
            partner={"first_name": "Paul", "last_name": "Lien"},
        )
        cases.add_person(
            actor=actor, case=case, role=PersonRole.CHILD, first_name="Zoé", birth_date=date(2019, 3, 1)
        )
        cases.add_task(actor=actor, case=case, text="Plan de protection.", in_plan=True)
        self._incident(actor, case, "psychological", self.moment.now.date())
        return case

    def _past(self, actor: Actor, code: str, case: Case, item: Mapping[str, Any]) -> None:
        for event in item.get("history", ()):
            day = date.fromisoformat(str(event["on"]))
            self.moment.of(day)
            self._incident(actor, case, event["incident"], day)
        if before := item.get("previous"):
            when = date.fromisoformat(str(before["on"])) if "on" in before else (self.at - A_WEEK).date()
            self._before(actor, case, before["answers"], self.grid, before["severity"], when)
        elif "previous_level" in item:  # read with another grid: its answers are not known to this one
            assert self.grid != OTHER_GRID
            self._use(code, OTHER_GRID)
            self._before(actor, case, LEVEL_2, OTHER_GRID, item["previous_level"], (self.at - A_WEEK).date())

    def _before(
        self, actor: Actor, case: Case, answers: Mapping[str, Any], grid: str, level: int | str, day: date
    ) -> None:
        self.moment.of(day)
        consume_changes(actor.service)
        read = self._finalised(actor, case, answers, grid, self.moment.now)
        assert read.in_force == (None if level == "NE" else level)

    def _incident(self, actor: Actor, case: Case, kind: str, day: date) -> None:
        cases.record_incident(actor=actor, case=case, kind=kind, happened_on=day, text="Ce jour-là.")

    def _agreements(self, actor: Actor, case: Case, parties: Iterable[str]) -> None:
        followed = Person.objects.get(case=case, role=PersonRole.FOLLOWED)
        today = self.at.astimezone(BRUSSELS).date()
        for party in parties:
            cases.record_agreement(
                actor=actor,
                case=case,
                person=followed,
                recipient=self.services[party],
                categories=[each.code for each in legal.categories() if not each.never_shared],
                purposes=[each.code for each in legal.purposes()],
                form="written",
                informed_on=today,
                given_on=today,
                expires_on=today + timedelta(days=90),
            )

    def _finalised(
        self, actor: Actor, case: Case, answers: Mapping[str, Any], grid: str, at: datetime
    ) -> Reading:
        draft = assessing.start_reading(actor=actor, case=case, grid=grid)
        assert draft.grid == grid
        given = {code: _given(answer) for code, answer in answers.items()}
        assessing.save_answers(actor=actor, reading_id=draft.pk, answers=given)
        finalise_reading(actor=actor, reading_id=draft.pk, at=at)
        return Reading.objects.get(pk=draft.pk)

    def _link(self) -> None:
        """Who read as well and was told proposes that both cases are one situation; the other accepts."""
        for exchange in self.exchanges():
            sender, recipient = self.code(exchange.sender_id), self.code(exchange.recipient_id)
            if recipient not in self.readings or exchange.kind not in ALERTS:
                continue
            theirs, ours = self.actor(recipient), self.actor(sender)
            with inside(theirs.service):
                received = door.received(theirs, exchange.pk)
                assert received
                case = Case.objects.get(pk=self.readings[recipient].case_id)
                proposal = situations.propose(actor=theirs, exchange=received, case=case).proposal
            with inside(ours.service):
                waiting = door.received(ours, proposal.pk)
                assert waiting
                situations.reply(actor=ours, proposal=waiting, accept=True)
            for row in Owed.objects.filter(kind=OwedKind.LEVELS, done_at=None):
                assert work.work_off(row.pk)

    def code(self, service_id: Any) -> str:
        return next(code for code, service in self.services.items() if service.pk == service_id)

    def exchanges(self) -> list[Exchange]:
        """What the recipients received at the scenario's moment."""
        found: list[Exchange] = []
        for service in self.services.values():
            with inside(service):
                found += Exchange.objects.received_by(service.pk).filter(sent_at=self.at)
        return found


def play_for_real(path: Path, monkeypatch: pytest.MonkeyPatch) -> Played:
    return Played(load(path), Moment(monkeypatch))


def _given(answer: Any) -> Given:
    if not isinstance(answer, dict):
        return Given(str(answer))
    line = {key: answer[key] for key in ("value", "seen", "source", "note") if key in answer}
    if "seen" in line:
        line["seen"] = date.fromisoformat(str(line["seen"]))
    details = {key: _plain(value) for key, value in answer.items() if key not in line}
    return Given(**line, details=details)


def _plain(value: Any) -> Any:
    """A day is a date, whether the file's reader made it one or not."""
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        return value
