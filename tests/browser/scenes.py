"""What the stories need to be there already, and what they look for in the letter box."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import count
from typing import Any

from alerts import advising, handling, relevance, situations
from alerts.access import make_token
from alerts.channels.email.certificates import take_certificate
from alerts.channels.webhook.endpoints import set_endpoint
from alerts.factories import finalised
from alerts.models import Alert, Disagreement, MailOutcome, MailReport, Owed, Relevance, Simulation
from alerts.simulating import beginning
from alerts.simulating.turns import take_turn
from assessment import factories as readings
from assessment.comparisons import start_comparison
from assessment.models import Reading
from assessment.training import factories as training
from cases.factories import case as make_case
from cases.factories import task
from cases.models import Case
from pole.accounts.models import User
from pole.clock import database_now
from pole.runtime.stack import Stack
from pole.tenancy.actor import Actor
from pole.tenancy.context import inside
from pole.tenancy.models import Membership, Service
from pole.tenancy.permissions import Role
from protocols import drafts
from protocols import exchange as door
from protocols.models import Exchange, ProtocolDraft, ProtocolVersion
from tests.alerts.notices import notice_to
from tests.alerts.sealed import certificate, pem
from tests.running import eventually, mailbox

ANA, RITA = "ana@clairiere.example", "rita@clairiere.example"
BRUNO, CARLA = "bruno@passage.example", "carla@zone-aval.example"
CLEO = "cleo@trait-union.example"
DIANE = "diane@clairiere.example"
NOE = "noe@passage.example"
VICTIMS, PROGRAMME, POLICE, ELSEWHERE = "clairiere", "passage", "zone-aval", "autre-rive"
_numbers = count(1)


def case_of_ana(followed: str) -> str:
    """The address of a case of Ana's, with a partner and no agreement."""
    return f"/s/{VICTIMS}/dossiers/{_case(ANA, followed).pk}/"


def case_read_before(followed: str, answers: Mapping[str, Any]) -> str:
    """The address of a case of Ana's that she read once already."""
    case, actor = _case(ANA, followed), Actor.of(User.objects.get(email=ANA), VICTIMS)
    finalised(actor, answers, at=database_now() - timedelta(days=20), case=case)
    return f"/s/{VICTIMS}/dossiers/{case.pk}/"


def case_read_often(followed: str, answers: Sequence[Mapping[str, Any]]) -> str:
    """The address of a case of Ana's, read so many times, ten days apart, the last time today."""
    case, actor = _case(ANA, followed), Actor.of(User.objects.get(email=ANA), VICTIMS)
    for ago, given in zip(range(len(answers) - 1, -1, -1), answers, strict=True):
        at = database_now() - timedelta(days=10 * ago)
        finalised(actor, given, at=at, case=case, motive="Un plan de sécurité tient.")
    return f"/s/{VICTIMS}/dossiers/{case.pk}/"


def draft_of_ana(followed: str, answers: Mapping[str, Any]) -> str:
    """The address of a draft of these answers in such a case."""
    case, ana = _case(ANA, followed), User.objects.get(email=ANA)
    with inside(case.service):
        draft: Reading = readings.draft(case, ana, answers)
    return f"/s/{VICTIMS}/lectures/{draft.pk}/"


def finalised_by(
    email: str, followed: str, answers: Mapping[str, Any], *, ago: timedelta = timedelta()
) -> list[Alert]:
    """A reading of a case of theirs, finalised now or so long ago: its alerts left, or are held."""
    case = _case(email, followed)
    return finalised(_actor(email), answers, at=database_now() - ago, case=case)


def exercise_of_cleo(*, is_over: bool) -> str:
    """Where, in a service's space, an exercise of the coordination's is; three people handed in one that is over."""
    cleo, *readers = (_actor(email) for email in (CLEO, ANA, RITA, BRUNO))
    exercise = training.exercise(cleo, cleo.service, *{reader.service for reader in readers})
    if is_over:
        for reader, answer in zip(readers, ("recent", "current", "absent"), strict=True):
            training.hand_in(reader, exercise, {"la-balise": {"A7": answer, "B11": "current"}})
        training.publish(cleo, exercise)
    return f"exercices/{exercise}/"


def noe_of_two_services() -> None:
    """Half-time in the programme and half-time with the police, with something to do in each."""
    noe = User.objects.create_user(email=NOE, name="Noé")
    for slug, role in ((PROGRAMME, Role.PRACTITIONER), (POLICE, Role.LIAISON)):
        service = Service.objects.get(slug=slug)
        Membership.objects.create(user=noe, service=service, role=role, starts_on=date(2026, 1, 1))
        with inside(service):
            case = make_case(service, team=[noe], followed="Mia Deux", reference=f"2020-{next(_numbers):04}")
            soon = database_now() + timedelta(hours=next(_numbers))
            task(case, service, text="Rappeler le service social de l’hôpital.", due_at=soon, is_urgent=True)
            task(case, service, text="Relire le plan avec l’équipe.", due_at=soon + timedelta(days=1))


def advice_of_ana() -> None:
    """Two questions of Ana's to the coordination, one of them answered."""
    ana, cleo = _actor(ANA), _actor(CLEO)
    with inside(ana.service):
        given, _waiting = (
            advising.ask(actor=ana, adviser=cleo.service, text=text, at=database_now())
            for text in ("Elle minimise tout. Par où commencer ?", "Il veut venir avec elle. Que répondre ?")
        )
    with inside(cleo.service):
        advising.answer(
            actor=cleo, exchange=door.received(cleo, given.exchange_id), text="Par ce qu’elle dit aller bien."
        )


def two_realities(hers: str, his: str) -> None:
    """A case of Ana's at 4 and one of Bruno's at 2, linked by both: the levels differ."""
    ana, bruno = _actor(ANA), _actor(BRUNO)
    case = _case(BRUNO, his)
    alerts = finalised(ana, readings.LEVEL_4, at=database_now(), case=_case(ANA, hers))
    [red] = [alert for alert in alerts if alert.recipient_id == bruno.service_id]
    finalised(bruno, readings.LEVEL_2, at=database_now(), case=case)
    with inside(bruno.service):
        received = door.received(bruno, red.exchange_id)
        proposal = situations.propose(actor=bruno, exchange=received, case=case).proposal
    with inside(ana.service):
        situations.reply(actor=ana, proposal=door.received(ana, proposal.pk), accept=True)
    eventually(lambda: _difference_found(bruno))


def contested_alert(followed: str) -> list[tuple[str, str]]:
    """An alert of Ana's that Bruno marked and contested, one that he only has: who looks at which page."""
    ana, bruno = _actor(ANA), _actor(BRUNO)
    contested, waiting = (
        next(
            alert
            for alert in finalised(ana, readings.LEVEL_4, at=database_now(), case=_case(ANA, followed))
            if alert.recipient_id == bruno.service_id
        )
        for _ in range(2)
    )
    with inside(bruno.service):
        for alert in (contested, waiting):
            handling.acknowledge(actor=bruno, exchange=door.received(bruno, alert.exchange_id))
        relevance.mark(
            actor=bruno,
            exchange=door.received(bruno, contested.exchange_id),
            mark=Relevance.WRONG_RECIPIENT,
            line="Nous ne suivons pas cette personne.",
            at=database_now(),
            contests=True,
        )
        theirs = Disagreement.objects.get(contested=contested.exchange_id)
    ours = eventually(lambda: _about(ana, contested))
    return [
        (ANA, f"/s/{VICTIMS}/alertes/envoyees/{contested.pk}/"),
        (RITA, f"/s/{VICTIMS}/alertes/desaccords/{ours.pk}/"),
        (BRUNO, f"/s/{PROGRAMME}/alertes/recues/{contested.exchange_id}/"),
        (BRUNO, f"/s/{PROGRAMME}/alertes/recues/{waiting.exchange_id}/"),
        (BRUNO, f"/s/{PROGRAMME}/alertes/desaccords/{theirs.pk}/"),
        (BRUNO, f"/s/{PROGRAMME}/alertes/mesures/"),
    ]


def _about(actor: Actor, alert: Alert) -> Disagreement | None:
    with inside(actor.service):
        return Disagreement.objects.filter(contested=alert.exchange_id).first()


def amendment_proposed() -> tuple[str, str]:
    """The demonstration's protocol and an amendment of it that closes a category, proposed; both as addresses."""
    version = ProtocolVersion.objects.get(identifier="demo-2026", version="1")
    author = _actor(CLEO)
    with inside(author.service):
        draft = drafts.amend(actor=author, version=version)
        first = version.in_force_until + timedelta(days=1)
        text = re.sub(
            r"(?m)^in_force: .*$",
            f"in_force: {{from: {first}, until: {first + timedelta(days=364)}}}",
            draft.text,
        )
        text = re.sub(r"(?m)^( *AUT -> VIC: .*?), C13\b", r"\1", text).replace(
            "un mois de préavis", "deux mois de préavis"
        )
        text = text.replace("terms: {notice: 1 month}", "terms: {notice: 2 months}")
        draft = drafts.save(actor=author, draft=draft, text=text, revision=1)
        drafts.propose(actor=author, draft=draft, revision=2)
    return f"protocoles/{version.pk}/", f"protocoles/proposes/{draft.pk}/"


def simulation_that_waits(proposal: str) -> str:
    """The address of one that Cleo began of what is proposed, a third done, which no worker moves on."""
    cleo, today = _actor(CLEO), database_now().date()
    with inside(cleo.service):
        draft = ProtocolDraft.objects.get(pk=proposal.split("/")[-2])
        begun = beginning.begin(
            actor=cleo,
            draft=draft,
            kind="invented",
            number=3000,
            first=today - timedelta(days=300),
            last=today,
        )
        take_turn(cleo.service_id, begun.pk, 0)
        # Nobody asks for this turn, and it does not stand still long enough to be asked for again.
        rows = Simulation.objects.filter(pk=begun.pk)
        rows.update(turns=100, moved_at=database_now() + timedelta(hours=1))
    return f"/s/{cleo.service_slug}/protocoles/projets/{draft.pk}/simuler/{begun.pk}/"


def channels_of_diane() -> str:
    """A system of hers is called, and two may ask; where the access of one is revoked, in her service's space."""
    diane = _actor(DIANE)
    last = database_now().date() + timedelta(days=90)
    with inside(diane.service):
        set_endpoint(actor=diane, url="https://dossiers.clairiere.example/pole/alertes")
        make_token(actor=diane, system="Main courante", scopes=["read"], expires_on=last)
        token, _text = make_token(
            actor=diane, system="Dossiers", scopes=["read", "acknowledge", "answer"], expires_on=last
        )
    return f"canaux/acces/{token.pk}/retirer/"


def comparison_of_diane() -> str:
    """All that was read with one grid, to be read again with another; where, in her service's space."""
    diane = _actor(DIANE)
    with inside(diane.service):
        asked = start_comparison(actor=diane, made_with="pdc-1", grid="ticks-1")
    return f"lectures/relectures/{asked.pk}/"


def _difference_found(bruno: Actor) -> bool:
    with inside(bruno.service):
        return Disagreement.objects.open().exists()


def _actor(email: str) -> Actor:
    user = User.objects.get(email=email)
    return Actor.of(user, Service.objects.get(memberships__user=user).slug)


def _case(email: str, followed: str) -> Case:
    user = User.objects.get(email=email)
    service = Service.objects.get(memberships__user=user)
    with inside(service):
        reference = f"2020-{next(_numbers):04}"  # a year that nobody else counts in
        return make_case(service, team=[user], followed=followed, partner="Paul Lien", reference=reference)


def letters(stack: Stack, slug: str) -> list[dict[str, Any]]:
    """What reached the duty address of a service."""
    return letters_to(stack, f"permanence@{slug}.example")


def letters_to(stack: Stack, address: str) -> list[dict[str, Any]]:
    """What reached somebody's own address."""
    return [each for each in mailbox(stack)["messages"] if address in each["to"]]


def told_of(stack: Stack, subject: object, address: str) -> bool:
    """Whether a letter to this address leads to this message."""
    return any(f"/m/{subject}/" in each["text"] for each in letters_to(stack, address))


def raised_to_coordination(count: int) -> list[Alert]:
    """So many new concerted alerts, each of two services that read one situation differently: the senders’ rows."""
    cleo = _actor(CLEO)

    def received() -> dict[Any, Exchange]:
        with inside(cleo.service):
            found = Exchange.objects.received_by(cleo.service_id).filter(urgency="concerted")
            return {each.pk: each for each in found.select_related("sender")}

    before = received()
    for number in range(count):
        two_realities(f"Alba Concertée {number}", f"Alix Concerté {number}")
    eventually(lambda: len(received()) >= len(before) + count)
    new = [each for pk, each in received().items() if pk not in before]
    return [_sent(exchange) for exchange in new]


def _sent(exchange: Exchange) -> Alert:
    with inside(exchange.sender):
        return Alert.objects.select_related("service").get(exchange=exchange)


def link_of_new_letter(stack: Stack, slug: str, before: int) -> str:
    """The link of the letter that comes after so many."""
    letter = eventually(lambda: letters(stack, slug)[before:])[-1]
    [link] = set(re.findall(r"http://\S+/m/[0-9a-f-]+/", letter["text"]))
    return link


def mail_in_every_state() -> None:
    """The victim service's certificate ends soon, and its duty address's e-mails had every fate."""
    service = Service.objects.get(slug=VICTIMS)
    direction = Membership.objects.filter(service=service, role=Role.DIRECTION).get()
    ours = certificate(service.duty_email, until=timedelta(days=12))
    with inside(service):
        actor = Actor(service, direction.user_id, direction.role)
        take_certificate(actor=actor, data=pem(ours), at=database_now())
    for outcome in (None, *MailOutcome.values):
        row = notice_to(service)
        settled = {"done_at": database_now(), "attempts": 1, "reply": "250 2.0.0 Ok: queued as 4bXyZ81"}
        Owed.objects.filter(pk=row.pk).update(**settled)
        if outcome:
            MailReport.objects.create(owed=row, outcome=outcome)
