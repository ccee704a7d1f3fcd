"""Whatever parties decide and whenever: nothing crosses outside the version in force, and every refusal says why.

A machine amends, suspends, resumes, withdraws, lets people agree and take agreements back, and time pass, through the
real services; beside them it keeps its own simple account of what is in force and what the matrix opens, from what it
did and from the text alone.
"""

import json
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from alerts.factories import agreement, finalised, in_force_around
from alerts.models import Alert
from alerts.releasing import release_held
from assessment.factories import LEVEL_2, LEVEL_3, LEVEL_4
from cases.factories import case as make_case
from cases.models import Agreement
from pole.accounts.again import Confirmed
from pole.calendar import BRUSSELS, Period
from pole.clock import database_now
from pole.refusals import Refused
from pole.tenancy.context import inside
from protocols import drafts, ending
from protocols import exchange as door
from protocols.documents import load_protocol
from protocols.draft_text import unsigned
from protocols.models import Exchange, ExchangeKind, ProtocolVersion
from protocols.registry import shipped_text, standing_under, standings
from tests.cast import Cast
from tests.protocols.signers import Signers, make_signers

CODES = ("VIC", "AUT", "POL", "COO")
CATEGORIES = [f"C{n:02}" for n in range(1, 17)]
CLOSABLE = [("AUT", "VIC", "C13"), ("AUT", "VIC", "C06"), ("VIC", "AUT", "C12"), ("VIC", "POL", "C02")]
BASES = ["agreement", "necessity", "referent", "no_identity", "unheard_of"]
met: Counter[str] = Counter()


def has_words(*sentences: str) -> None:
    """A refusal says why, and the door what else to do."""
    assert all(sentence.strip() for sentence in sentences)


@dataclass
class Told:
    """What the machine knows of one version: its days, its matrix, and what it did to it."""

    version: ProtocolVersion
    begins: datetime
    over: datetime
    matrix: dict[str, Any]
    suspended: dict[str, datetime] = field(default_factory=dict)

    def in_force(self, at: datetime) -> bool:
        return self.begins <= at < self.over and not any(since <= at for since in self.suspended.values())

    def opens(self, sender: str, recipient: str, category: str, basis: str) -> bool:
        cell = self.matrix["flows"].get(f"{sender} -> {recipient}", {})
        way = "agreed" if basis == "agreement" else "without"
        return category in [*cell.get("both", []), *cell.get(way, [])]


def signed(signers: Signers, draft: Any, text: str) -> Told:
    """By all parties; what the machine knows of it is read from the text alone."""
    done = signers.all_sign(draft)
    protocol = load_protocol(text)
    begins, over = (
        datetime.combine(day, time.min, BRUSSELS)
        for day in (protocol.in_force_from, protocol.in_force_until + timedelta(days=1))
    )
    met["signed"] += 1
    return Told(done.became, begins, over, json.loads(protocol.canonical)["matrix"])


class Life(RuleBasedStateMachine):
    cast: Cast
    signers: Signers
    first: Told

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.ahead = timedelta(0)
        self.known: list[Told] = []
        self.seen: set[Any] = set()
        self.services = self.signers.parties
        self.authors = {"VIC": self.cast.actor(self.cast.ana), "AUT": self.cast.actor(self.cast.bruno)}
        self.cases = {}
        for code, user in (("VIC", self.cast.ana), ("AUT", self.cast.bruno)):
            with inside(self.services[code]) as service:
                self.cases[code] = make_case(service, team=[user], followed="Nora Lien", partner="Paul Lien")
        self.known.append(replace(self.first, suspended={}))

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undo.__exit__(None, None, None)

    # ---- What parties decide

    @rule(closed=st.sampled_from(CLOSABLE), starts_in=st.integers(0, 12))
    def amend(self, closed: tuple[str, str, str], starts_in: int) -> None:
        last = self.known[-1]
        sender, recipient, category = closed
        earliest = max(timezone.localdate() - timedelta(days=1), last.version.in_force_from)
        first = earliest + timedelta(days=starts_in)
        text = last.version.document
        text = re.sub(rf"(?m)^( *{sender} -> {recipient}: .*?), {category}\b", r"\1", text)
        text = re.sub(r"(?m)^version: .*$", f'version: "{len(self.known) + 1}"', text)
        text = re.sub(
            r"(?m)^in_force: .*$", f"in_force: {{from: {first}, until: {first + timedelta(days=200)}}}", text
        )
        coo = self.signers.of["COO"]
        with inside(coo.service):
            draft = drafts.amend(actor=coo, version=last.version)
            draft = drafts.save(actor=coo, draft=draft, text=text, revision=1)
            draft = drafts.propose(actor=coo, draft=draft, revision=2)
        if self._refused(lambda: self._signed(draft, text, amends=last)):
            assert first <= last.version.in_force_from or last.over <= database_now()

    @rule(code=st.sampled_from(CODES), at_once=st.booleans())
    def withdraw(self, code: str, at_once: bool) -> None:
        if (done := self._decide(ending.withdraw, code, at_once)) is not None:
            self.known[-1].over = min(self.known[-1].over, done)

    @rule(code=st.sampled_from(CODES), at_once=st.booleans())
    def suspend(self, code: str, at_once: bool) -> None:
        if (done := self._decide(ending.suspend, code, at_once)) is not None:
            self.known[-1].suspended[code] = done

    @precondition(lambda self: self.known[-1].suspended)
    @rule(which=st.integers(0, 3))
    def resume(self, which: int) -> None:
        who = sorted(self.known[-1].suspended)
        code = who[which % len(who)]
        if self._decide(ending.resume, code, None) is not None:
            del self.known[-1].suspended[code]

    # ---- What people agree to, and time

    @rule(days=st.integers(0, 45))
    def wait(self, days: int) -> None:
        self.ahead += timedelta(days=days)

    @rule(
        code=st.sampled_from(["VIC", "AUT"]),
        to=st.sampled_from(["VIC", "AUT", "POL"]),
        categories=st.sets(st.sampled_from(CATEGORIES), min_size=1),
        lasts=st.integers(1, 100),
    )
    def agree(self, code: str, to: str, categories: set[str], lasts: int) -> None:
        if code == to:
            return
        day = timezone.localdate(self.now)
        with inside(self.authors[code].service):
            agreement(
                self.cases[code],
                self.services[to],
                by=self.cast.ana if code == "VIC" else self.cast.bruno,
                categories=sorted(categories),
                informed_on=day,
                given_on=day,
                expires_on=day + timedelta(days=lasts),
            )

    @rule(code=st.sampled_from(["VIC", "AUT"]))
    def take_agreements_back(self, code: str) -> None:
        with inside(self.authors[code].service):
            Agreement.objects.filter(withdrawn_at=None).update(withdrawn_at=self.now)

    # ---- What crosses, or tries to

    @rule(
        code=st.sampled_from(["VIC", "AUT"]),
        answers=st.sampled_from([LEVEL_2, LEVEL_3, LEVEL_4]),
    )
    def read(self, code: str, answers: dict[str, Any]) -> None:
        self.ahead += timedelta(minutes=1)
        for alert in finalised(
            self.authors[code], answers, at=self.now, case=self.cases[code], motive="Vu ensemble."
        ):
            met[f"reading: {alert.state}"] += 1
        if not any(told.in_force(self.now) for told in self.known):
            met["reading under none"] += 1
        self._look_at_what_crossed()

    @rule(code=st.sampled_from(["VIC", "AUT"]), basis=st.sampled_from(["necessity", "referent"]))
    def release(self, code: str, basis: str) -> None:
        actor, at = self.cast.actor(self.cast.rita if code == "VIC" else self.cast.remy), self.now
        with inside(actor.service):
            if held := Alert.objects.held().filter(service=actor.service).first():
                self._through_the_door(
                    lambda: release_held(actor=actor, alert_id=held.pk, basis=basis, motive="Vu.", at=at)
                )
        self._look_at_what_crossed()

    @rule(
        ends=st.tuples(st.sampled_from(["VIC", "AUT"]), st.sampled_from([*CODES, "stranger"])),
        category=st.sampled_from(CATEGORIES),
        basis=st.sampled_from(BASES),
        purpose=st.sampled_from(["F1", "F9"]),
        which=st.integers(0, 9),
    )
    def knock(self, ends: tuple[str, str], category: str, basis: str, purpose: str, which: int) -> None:
        sender, recipient = ends
        if sender == recipient:
            return
        told = self.known[which % len(self.known)]
        actor = self.authors[sender]
        with inside(actor.service), transaction.atomic():
            opened = self._through_the_door(
                lambda: door.send(
                    actor=actor,
                    standing=standing_under(told.version, actor.service),
                    recipient=self.services.get(recipient, self.cast.elsewhere),
                    kind=ExchangeKind.ALERT,
                    article="4 §1",
                    purposes=[purpose],
                    bases={category: basis},
                    content={category: ["x"]},
                    at=self.now,
                )
            )
        if opened:
            assert told.in_force(self.now)
            assert told.opens(sender, recipient, category, basis)
            assert (purpose, recipient) != ("F9", "stranger")
            assert purpose == "F1"
            self.seen.add(opened.pk)

    @invariant()
    def one_version_at_most_speaks(self) -> None:
        for code, service in self.services.items():
            speak = [standing.version for standing in standings(service, self.now)]
            assert speak == [told.version for told in self.known if told.in_force(self.now)], code
            assert len(speak) <= 1
        assert not standings(self.cast.elsewhere, self.now)

    # ---- How it works

    @property
    def now(self) -> datetime:
        return database_now() + self.ahead

    def _signed(self, draft: Any, text: str, amends: Told) -> None:
        told = signed(self.signers, draft, text)
        amends.over = min(amends.over, max(told.begins, database_now()))
        self.known.append(told)

    def _decide(self, act: Any, code: str, at_once: bool | None) -> datetime | None:
        """From when it counts, by our own account; None if it was refused."""
        actor, told = self.signers.of[code], self.known[-1]
        confirmed = Confirmed(actor.person_id, database_now())
        said = {} if at_once is None else {"at_once": at_once, "motive": "Voilà."}
        before = database_now()
        with inside(actor.service):
            event: list[Any] = []
            if self._refused(
                lambda: event.append(act(actor=actor, version=told.version, confirmed=confirmed, **said))
            ):
                return None
        met[act.__name__] += 1
        if at_once is False:
            last = Period(months=1).after(timezone.localdate(before))
            assert event[0].effective_at == datetime.combine(last + timedelta(days=1), time.min, BRUSSELS)
        else:
            assert before <= event[0].effective_at <= database_now()
        return event[0].effective_at

    def _refused(self, act: Any) -> bool:
        try:
            with transaction.atomic():
                act()
        except Refused as refused:
            has_words(str(refused))
            met[f"refused: {type(refused).__name__}"] += 1
            return True
        return False

    def _through_the_door(self, act: Any) -> Any:
        """What came of it; None if the door stayed shut, which it says why and what else to do."""
        try:
            with transaction.atomic():
                return act()
        except door.Refused as refused:
            has_words(refused.reason, refused.instead)
            met["door shut"] += 1
            return None

    def _look_at_what_crossed(self) -> None:
        """Every new exchange stands within the version in force, in all it carries."""
        for sender, service in self.services.items():
            with inside(service):
                for sent in Exchange.objects.sent_by(service.pk).exclude(pk__in=self.seen):
                    self.seen.add(sent.pk)
                    met["crossed"] += 1
                    self._within(sender, sent)

    def _within(self, sender: str, sent: Exchange) -> None:
        [told] = [each for each in self.known if each.version.pk == sent.protocol_id]
        assert told.in_force(sent.sent_at)
        [recipient] = [code for code, service in self.services.items() if service.pk == sent.recipient_id]
        assert set(sent.categories) <= set(sent.bases)
        for category, basis in sent.bases.items():
            assert told.opens(sender, recipient, category, basis), (sender, recipient, category, basis)
            if basis == "agreement":
                assert self._agreed(sender, recipient, category, sent.sent_at)

    def _agreed(self, sender: str, recipient: str, category: str, at: datetime) -> bool:
        day: date = timezone.localdate(at)
        return any(
            category in row.categories
            and row.given_on <= day <= row.expires_on
            and (row.withdrawn_at is None or row.withdrawn_at > at)
            for row in Agreement.objects.filter(case=self.cases[sender], recipient=self.services[recipient])
        )


@pytest.mark.django_db
def test_nothing_crosses_outside_the_version_in_force(cast: Cast) -> None:
    Life.cast, Life.signers = cast, make_signers(cast)
    met.clear()
    text = unsigned(in_force_around(shipped_text("demo-2026"), timezone.localdate()))
    Life.first = signed(Life.signers, Life.signers.proposed(text), text)
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=10,
            stateful_step_count=16,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],  # shrinking real services takes longer than reading the steps
            suppress_health_check=list(HealthCheck),
        ),
    )
    # Without this, a house that never lets anything cross, or never refuses, would pass.
    for happened in ("crossed", "door shut", "signed", "suspend", "resume", "withdraw", "reading under none"):
        assert met[happened], dict(met)
