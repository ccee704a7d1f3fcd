"""Two cooperations that know nothing of each other, each with a row in every walled table."""

import json
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

from alerts import advising, handling, situations
from alerts.channels.webhook.signing import new_secret
from alerts.contesting import open_about
from alerts.disagreements import open_one
from alerts.factories import agreement, finalised
from alerts.models import (
    AccessToken,
    Advice,
    Alert,
    BoardFilter,
    BoardSignal,
    Disagreement,
    Emergency,
    Endpoint,
    Handling,
    Judgement,
    MailCertificate,
    Owed,
    PublishedCounts,
    Simulation,
    Situation,
    SystemAcknowledgement,
)
from alerts.services import send_back_reading
from alerts.simulating import beginning, publishing
from alerts.simulating.turns import take_turn
from assessment import factories as readings
from assessment.models import Answer, GridComparison, GridUse, Invitation, Reading, VignetteReading
from assessment.training import factories as training
from cases import factories
from cases import services as writing
from cases.models import (
    Agreement,
    Case,
    CaseChange,
    ChangeKind,
    Draft,
    ExternalRating,
    GlassBreak,
    Measure,
    Person,
    Task,
)
from pole.accounts.models import User
from pole.audit.models import Tag, record
from pole.crypto.fields import EncryptedTextField
from pole.tenancy.actor import Actor
from pole.tenancy.checks import walled_models
from pole.tenancy.context import inside
from pole.tenancy.factories import person, service
from pole.tenancy.models import DutyTurn, Membership, Receipt, Service, ServiceKind
from pole.tenancy.permissions import Role
from pole.tenancy.walls import AppendOnly
from protocols import drafts, signing
from protocols import exchange as door
from protocols.models import Exchange, ExchangeKey, ProtocolDraft, ProtocolVersion
from protocols.registry import register_version, shipped_text

# Texts that must keep a form to be read; their marks are put in by hand below.
FORMATTED = {
    "cases_person.birth_date",
    "alerts_endpoint.secret",
    "cases_draft.fields",
    "assessment_answer.words",
    "assessment_vignettereading.answers",
}


@dataclass
class Side:
    """One cooperation, seen from its first service. `mark` stands in every text that is its secret."""

    mark: str
    service: Service
    programme: Service
    police: Service
    people: dict[str, User] = field(default_factory=dict)
    ids: dict[str, list[UUID]] = field(default_factory=dict)
    reference: str = ""

    def actor(self, who: str) -> Actor:
        return Actor.of(self.people[who], self.service.slug)

    @property
    def secrets(self) -> set[str]:
        """What must never stand on a page of somebody else's: the mark, and every id."""
        return {self.mark, self.reference} | {str(each) for many in self.ids.values() for each in many}


@dataclass
class World:
    here: Side
    there: Side


def make_world() -> World:
    world = World(here=make_side("ici", "Ypresian"), there=make_side("ailleurs", "Zanclean"))
    for side, left in ((world.here, world.there), (world.there, world.here)):
        Membership.objects.create(
            user=side.people["both"],
            service=left.service,
            role=Role.DIRECTION,
            starts_on=timezone.localdate() - timedelta(days=9),
            ends_on=timezone.localdate(),
        )
    return world


def make_side(slug: str, mark: str) -> Side:
    """A service with people in every role, cases of every visibility, and exchanges with two partners."""
    side = Side(
        mark,
        service(slug),
        service(f"{slug}-programme", ServiceKind.PERPETRATOR_PROGRAMME),
        service(f"{slug}-police", ServiceKind.POLICE),
    )
    board = service(f"{slug}-coordination", ServiceKind.COORDINATION)
    _sign(side, board)
    side.people = {
        "team": person("Ana", at=side.service),
        "unrelated": person("Eli", at=side.service),
        "breaker": person("Gil", at=side.service),
        Role.REFERENT: person("Rita", at=side.service, role=Role.REFERENT),
        Role.COORDINATION: person("Cleo", at=side.service, role=Role.COORDINATION),
        Role.LIAISON: person("Carla", at=side.service, role=Role.LIAISON),
        Role.DIRECTION: person("Denis", at=side.service, role=Role.DIRECTION),
        Role.AUDIT: person("Olga", at=side.service, role=Role.AUDIT),
        "partner": person("Bruno", at=side.programme),
        # Works for two services of this cooperation, and left one of the other (`make_world`).
        "both": person("Noa", at=side.service, role=Role.REFERENT),
    }
    Membership.objects.create(user=side.people["both"], service=side.programme, role=Role.PRACTITIONER)
    person("Pia", at=side.police, role=Role.LIAISON)
    with inside(side.service):
        case = _case(side)
    _exchanges(side, case)
    _exercise(side)
    with inside(side.service):
        _draft(side)
        _proposal(side, board)
        _mark_everything(side)
        side.ids = _ids(side)
    return side


def _sign(side: Side, board: Service) -> None:
    """The demonstration protocol, in force around today, under a name of this cooperation."""
    today = timezone.localdate()
    text = shipped_text("demo-2026").replace("protocol: demo-2026", f"protocol: demo-{side.service.slug}")
    days = f"{{from: {today - timedelta(days=30)}, until: {today + timedelta(days=300)}}}"
    text = re.sub(r"^signed_on: .*$", f"signed_on: {today - timedelta(days=30)}", text, flags=re.M)
    text = re.sub(r"^in_force: .*$", f"in_force: {days}", text, flags=re.M)
    parties = {"VIC": side.service, "AUT": side.programme, "POL": side.police, "COO": board}
    register_version(text, parties=parties)


def _case(side: Side) -> Case:
    """A case of the team's with a row of every kind."""
    ana, today = side.people["team"], timezone.localdate()
    side.reference = f"{today.year}-{uuid4().hex[:8]}"
    case = factories.case(
        side.service,
        team=[ana],
        followed=f"Nora {side.mark}",
        partner=f"Paul {side.mark}",
        reference=side.reference,
        referent=side.people[Role.REFERENT],
    )
    case.people.update(language=side.mark)
    who = case.people.first()
    assert who is not None
    factories.note(case, ana)
    factories.incident(case, ana)
    factories.measure(case, ana, authority=side.mark)
    factories.agreement(case, who, ana, to=side.police)
    rating = {"instrument": "oer-vp", "level": side.mark, "rated_on": today, "rated_by": side.mark}
    writing.record_rating(actor=side.actor("team"), case=case, **rating)
    factories.task(case, side.service)
    factories.task(None, side.service)
    CaseChange.objects.create(service=side.service, case=case, kind=ChangeKind.INCIDENT, subject_id=uuid4())
    writing.save_draft(actor=side.actor("team"), case=case, form="contact", fields={"text": [side.mark]})
    writing.break_glass(actor=side.actor("breaker"), reference=side.reference, motive=side.mark)
    # Gil's day with the case is over: a broken glass is no lasting right.
    case.grants.filter(user=side.people["breaker"]).update(until=today - timedelta(days=1))
    Receipt.objects.create(service=side.service, user=ana, key=uuid4(), location=f"/{side.mark}")
    record(actor=side.actor("team"), tag=Tag.CASE_READ, subject_id=case.pk, mark=side.mark)
    readings.draft(case, ana, readings.LEVEL_2)
    # Not a public address: the probe's jobs speak to nobody.
    Endpoint.objects.create(
        service=side.service,
        url=f"https://127.0.0.1/{side.mark}",
        secret=new_secret(),
        set_by=side.people[Role.DIRECTION],
    )
    AccessToken.objects.create(
        service=side.service,
        system=side.mark,
        scopes=["read"],
        digest=side.mark.encode(),
        made_by=side.people[Role.DIRECTION],
        expires_at=timezone.now() + timedelta(days=5),
    )
    GridUse.objects.create(service=side.service, grid="pdc-1")
    GridComparison.objects.create(
        service=side.service, made_with="pdc-1", grid="ticks-1", asked_by=side.people[Role.DIRECTION], total=1
    )
    now = timezone.now()
    turn = DutyTurn.objects.create(
        service=side.service,
        user=ana,
        made_by=ana,
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(hours=8),
    )
    DutyTurn.objects.create(
        service=side.service,
        user=side.people["unrelated"],
        made_by=ana,
        starts_at=now + timedelta(hours=4),
        ends_at=now + timedelta(hours=8),
        replaces=turn,
    )
    DutyTurn.objects.create(
        service=side.service,
        user=ana,
        made_by=ana,
        starts_at=now + timedelta(days=2),
        ends_at=now + timedelta(days=3),
        removed_at=now,
    )
    BoardFilter.objects.create(service=side.service, user=ana, name=side.mark, query="urgence=red")
    BoardSignal.objects.create(service=side.service, user=ana)
    MailCertificate.objects.create(
        service=side.service,
        pem=side.mark,
        email=side.service.duty_email,
        fingerprint=side.mark,
        valid_until=timezone.now() + timedelta(days=5),
        uploaded_by=side.people[Role.DIRECTION],
    )
    return case


def _exchanges(side: Side, case: Case) -> None:
    """Sent to the police and the partner, held, received from the partner, handled, linked."""
    now = timezone.now()
    ana = side.actor("team")
    with inside(side.service):
        Reading.objects.drafts().delete()
    finalised(ana, readings.LEVEL_4, at=now, case=case)
    with inside(side.service):
        held = factories.case(side.service, team=[side.people["team"]], followed=f"Mia {side.mark}")
    finalised(ana, readings.LEVEL_3, at=now, case=held)
    with inside(side.service):
        lowered = factories.case(side.service, team=[side.people["team"]], followed=f"Zoé {side.mark}")
    finalised(ana, readings.LEVEL_3, at=now, case=lowered, chosen=2, motive=side.mark)
    with inside(side.service):
        waiting = Reading.objects.get(case=lowered)
        send_back_reading(actor=side.actor(Role.REFERENT), reading_id=waiting.pk, question=side.mark, at=now)
    with inside(side.programme):
        theirs = factories.case(side.programme, team=[side.people["partner"]], followed=f"Luc {side.mark}")
        agreement(theirs, side.service, by=side.people["partner"])
    partner = Actor.of(side.people["partner"], side.programme.slug)
    finalised(partner, readings.LEVEL_4, at=now, case=theirs)
    with inside(side.service):
        sent = Alert.objects.sent().first()
        assert sent is not None
        Judgement.objects.create(
            service=side.service, alert=sent, judged_by=side.people["team"], asked=side.mark
        )
        # The mark is a name in the cases: as one, it would be given back.
        [desk] = advising.desks(side.service, now)
        advising.ask(actor=ana, adviser=desk.service, text=f"avis{side.mark}", at=now)
        received = Exchange.objects.received_by(side.service.pk).get(kind="alert")
        opened = handling.open_exchange(actor=ana, exchange=received)
        SystemAcknowledgement.objects.create(
            service=side.service, handling=opened, system=side.mark, name=side.mark
        )
        proposal = situations.propose(actor=ana, exchange=received, case=case).proposal
    with inside(side.programme):
        situations.reply(actor=partner, proposal=door.received(partner, proposal.pk), accept=True)
    with inside(side.service):
        readings.draft(case, side.people["team"], {"A1": "absent"})
        situation = Situation.objects.get(service=side.service)
        open_one(actor=ana, situation=situation, at=now, about=side.mark)
        contested = Exchange.objects.sent_by(side.service.pk).filter(kind="alert").first()
        assert contested is not None
        open_about(actor=ana, alert=contested, at=now, about=side.mark)


def _draft(side: Side) -> None:
    """A protocol in work, that nobody was asked to sign."""
    draft = drafts.create(actor=side.actor(Role.COORDINATION))
    text = draft.text.replace("Protocole sans titre", f"Protocole {side.mark}")
    drafts.save(actor=side.actor(Role.COORDINATION), draft=draft, text=text, revision=draft.revision)


def _proposal(side: Side, board: Service) -> None:
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
    _simulated(side, draft)
    signing.decline(actor=side.actor(Role.DIRECTION), draft=draft, motive=side.mark)


def _simulated(side: Side, draft: ProtocolDraft) -> None:
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


def _exercise(side: Side) -> None:
    """One that the service organises, takes part in, and closed."""
    organiser, ana = side.actor(Role.DIRECTION), side.actor("team")
    exercise = training.exercise(organiser, side.service, side.programme, vignettes=["la-balise"])
    training.hand_in(ana, exercise)
    training.publish(organiser, exercise)


def _mark_everything(side: Side) -> None:
    """The mark in every encrypted text of the service, so that none can show unseen."""
    for model in walled_models():
        if any(isinstance(rule, AppendOnly) for rule in model._meta.constraints):
            continue  # never changed, and what they seal holds codes: no name and no free text
        sealed = [f for f in model._meta.concrete_fields if isinstance(f, EncryptedTextField)]
        names = [f.name for f in sealed if f"{model._meta.db_table}.{f.column}" not in FORMATTED]
        for row in rows_of(model, side.service) if sealed else []:
            for name in names:
                setattr(row, name, f"{getattr(row, name)} {side.mark}".strip())
            if isinstance(row, Person):
                row.birth_date = "1907-03-11"
            if isinstance(row, Answer):
                row.words = json.dumps({"who": side.mark})
            if isinstance(row, VignetteReading):
                line = {"value": "recent", "seen": "", "source": "", "details": {}, "note": side.mark}
                row.answers = json.dumps({"A7": line})
            row.save()


def rows_of(model: type[models.Model], of: Service) -> list[Any]:
    """The rows a service wrote, whatever a default manager leaves out."""
    owner = "sender" if model is Exchange else "service"
    return list(model._base_manager.filter(**{owner: of}))


def _ids(side: Side) -> dict[str, list[UUID]]:
    """What each name in an address may stand for."""

    def keys(queryset: models.QuerySet[Any]) -> list[UUID]:
        return list(queryset.order_by("pk").values_list("pk", flat=True))

    received = keys(Exchange.objects.received_by(side.service.pk))
    asked = list(Advice.objects.values_list("exchange", flat=True))
    sent, texts = keys(Alert.objects.all()), keys(Reading.objects.all())
    return {
        # The case with a row of every kind comes first: the others are parts of it.
        "case_id": [Case.objects.get(reference=side.reference).pk],
        "person_id": keys(Person.objects.filter(case__reference=side.reference))[:1],
        "measure_id": keys(Measure.objects.all()),
        "rating_id": keys(ExternalRating.objects.all()),
        "agreement_id": keys(Agreement.objects.all()),
        "task_id": keys(Task.objects.exclude(case=None)),
        "glass_id": keys(GlassBreak.objects.all()),
        "reading_id": texts,
        "alert_id": sent,
        "exchange_id": [*received, *asked],
        "subject_id": [*received, *sent, *texts],
        "user_id": [side.people["team"].pk],
        "membership_id": keys(Membership.objects.filter(service=side.service, user=side.people["team"])),
        "version_id": keys(ProtocolVersion.objects.filter(parties__service=side.service)),
        "comparison_id": keys(GridComparison.objects.all()),
        "emergency_id": keys(Emergency.objects.all()),
        "disagreement_id": keys(Disagreement.objects.all()),
        "situation_id": keys(Situation.objects.all()),
        "turn_id": keys(DutyTurn.objects.all()),
        "simulation_id": keys(Simulation.objects.all()),
        "filter_id": keys(BoardFilter.objects.all()),
        "exercise_id": list(Invitation.objects.values_list("exercise", flat=True).distinct()),
        "token_id": keys(AccessToken.objects.all()),
        "certificate_id": keys(MailCertificate.objects.all()),
        "handling_id": keys(Handling.objects.all()),
        "draft_id": [*keys(ProtocolDraft.objects.filter(service=side.service)), *keys(Draft.objects.all())],
        "older_id": keys(ProtocolVersion.objects.filter(parties__service=side.service)),
        # Platform tables: every process may read them, no page shows them.
        "owed_id": keys(Owed.objects.filter(service=side.service)),
        "key_id": keys(ExchangeKey.objects.filter(service=side.service)),
    }


def empty_tables(side: Side) -> list[str]:
    """Walled tables in which the service has no row: the probe would look at nothing there."""
    with transaction.atomic(), inside(side.service):
        return [
            model._meta.label
            for model in apps.get_models()
            if model in walled_models() and not rows_of(model, side.service)
        ]
