"""What a person waits for after each answer: its saving and the running explanation, to a plain page of the draft."""

from uuid import uuid4

import environ
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from assessment.factories import LEVEL_3, draft
from assessment.finalising import freeze
from assessment.models import Reading
from benchmarks.database import NAME, migrated
from benchmarks.timing import compare
from cases import factories
from pole.tenancy.context import tenant
from tests.cast import Cast, make_cast, signed_in

FEW = {"A1": "recent", "A2": "current", "A4": "recent"}
MANY = LEVEL_3 | {
    "A1": "recent", "A2": "recent", "A4": "current", "A6": "recent", "A10": "recent", "A12": "recent",
    "B1": "current", "B3": "recent", "B9": "recent", "C1": "covering", "E1": "recent", "E7": "current",
}  # fmt: skip


def run() -> None:
    with migrated() as cluster:
        database = connections["default"]
        database.close()
        database.settings_dict.update(environ.Env.db_url_config(cluster.url("pole_app", NAME)))
        try:
            _measure()
        finally:
            database.close()


def _measure() -> None:
    with transaction.atomic():
        cast = make_cast()
        drafts = {f"{len(given)} answers": _draft(cast, given) for given in (FEW, MANY)}
    web = signed_in(Client(headers={"host": "localhost"}), cast.ana)
    for what, reading in drafts.items():

        def page(name: str, reading: Reading = reading) -> str:
            return reverse(f"assessment:{name}", args=[cast.victims.slug, reading.pk])

        def plain() -> None:
            assert web.get(page("discard")).status_code == 200

        def explanation() -> None:
            assert web.get(page("explanation")).status_code == 200

        def saving() -> None:
            headers = {"X-Requested-With": "autosave", "Idempotency-Key": str(uuid4())}
            assert web.post(page("save"), {"A5": "recent"}, headers=headers).status_code == 204

        compare(f"running explanation, {what}, to a plain page", explanation, plain, rounds=25)
        compare(f"an answer saved, {what}, to the same", saving, plain, rounds=25)


def _draft(cast: Cast, given: dict[str, str]) -> Reading:
    """A draft with these answers, after a reading in force of the same case."""
    with tenant(cast.victims.pk):
        case = factories.case(cast.victims, team=[cast.ana], followed="Nora Lien", partner="Paul Lien")
        before = draft(case, cast.ana, LEVEL_3)
        freeze(actor=cast.actor(cast.ana), reading_id=before.pk, at=timezone.now())
        return draft(case, cast.ana, given)
