"""The probe behind the pages: jobs of one service, some of them pointing at what is another's."""

from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from alerts import outbox
from alerts.changes import consume_changes
from alerts.models import Owed, OwedKind
from alerts.work import work_off
from pole.runtime.mailcatcher.mailbox import Mailbox
from pole.tenancy.context import inside
from tests.wall.leaks import Leak, digest_of
from tests.wall.sides import World


def probe_work(world: World, mailbox: Mailbox) -> list[Leak]:
    """Do what is owed in one service: its own, and rows forged with ids of another's."""
    here, there = world.here.service, world.there
    before = digest_of(there.service)
    leaks = []

    with inside(here):
        consume_changes(here)
    leaks += _told("consume_changes", world, mailbox, before)

    Owed.objects.update(due_at=timezone.now(), next_try_at=timezone.now())
    for row in Owed.objects.filter(service=here, done_at=None):
        work_off(row.pk)
    leaks += _told("what it owes", world, mailbox, before)

    for kind in OwedKind:
        for subject in (*there.ids["subject_id"], *there.ids["measure_id"], *there.ids["case_id"]):
            with transaction.atomic():
                outbox.owe(service=here, kind=kind, subject_id=subject, due_at=timezone.now(), step=1)
                transaction.get_connection().run_on_commit = []  # hints to a worker that is not there
            work_off(Owed.objects.get(service=here, kind=kind, subject_id=subject).pk)
        leaks += _told(f"forged {kind}", world, mailbox, before)
    return leaks


def _told(what: str, world: World, mailbox: Mailbox, before: dict[str, object]) -> Iterator[Leak]:
    after = digest_of(world.there.service)
    if changed := [table for table in before if before[table] != after[table]]:
        yield Leak(what, "the worker", f"changes {', '.join(changed)}")
    secrets = {world.there.mark, world.there.reference, world.here.mark, world.here.reference}
    strangers = {world.there.service.duty_email, world.there.police.duty_email}
    for message in mailbox.all():
        written = message.raw.decode(errors="replace") + message.body("plain") + message.body("html")
        if any(secret in written for secret in secrets):
            yield Leak(what, "the worker", "writes a secret in a mail")
        if set(message.recipients) & strangers:
            yield Leak(what, "the worker", "writes to somebody it does not know")
