"""Two cooperations that know nothing of each other, each with a row in every walled table."""

import json
from datetime import timedelta

from django.apps import apps
from django.db import transaction
from django.utils import timezone

from assessment.models import Answer, VignetteReading
from cases.models import Person
from pole.crypto.fields import EncryptedTextField
from pole.tenancy.checks import walled_models
from pole.tenancy.context import inside
from pole.tenancy.factories import person, service
from pole.tenancy.models import Membership, ServiceKind
from pole.tenancy.permissions import Role
from pole.tenancy.walls import AppendOnly
from tests.wall import crossed_rows, own_rows, protocol_rows
from tests.wall.sides import Side, World, ids_of, rows_of

# Texts that must keep a form to be read; their marks are put in by hand below.
FORMATTED = {
    "cases_person.birth_date",
    "alerts_endpoint.secret",
    "cases_draft.fields",
    "assessment_answer.words",
    "assessment_vignettereading.answers",
}


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
    protocol_rows.sign(side, board)
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
        case = own_rows.case_of(side)
        own_rows.set_up(side)
        own_rows.plan_rota(side)
    crossed_rows.exchange(side, case)
    crossed_rows.exercise(side)
    with inside(side.service):
        protocol_rows.draft(side)
        protocol_rows.propose(side, board)
        _mark_everything(side)
        side.ids = ids_of(side)
    return side


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


def empty_tables(side: Side) -> list[str]:
    """Walled tables in which the service has no row: the probe would look at nothing there."""
    with transaction.atomic(), inside(side.service):
        return [
            model._meta.label
            for model in apps.get_models()
            if model in walled_models() and not rows_of(model, side.service)
        ]
