"""The board of a service that received 50,000 alerts, against that of one that received 500: page and counter.

And the inbox of somebody who works for that service and for another.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from benchmarks.database import NAME, ROOT, migrated
from benchmarks.timing import compare

FEW, MANY, OPEN, ROUNDS, AT_ONCE = 500, 50_000, 60, 15, 2_000
MEASURE = "import django; django.setup(); from benchmarks import board; board.measure()"


def run() -> None:
    with migrated() as cluster:
        environment = {
            "DATABASE_URL": cluster.url("pole_app", NAME),
            "DJANGO_SETTINGS_MODULE": "pole.settings",
            "BENCH_OWNER_URL": cluster.url("pole_owner", NAME),
        }
        subprocess.run([sys.executable, "-c", MEASURE], cwd=ROOT, env=os.environ | environment, check=True)


def measure() -> None:
    """In a process of its own, whose database is the throw-away one."""
    import psycopg
    from django.conf import settings
    from django.urls import reverse

    from alerts.factories import protocol
    from pole.tenancy.models import Membership
    from pole.tenancy.permissions import Role
    from tests.cast import make_cast

    settings.ALLOWED_HOSTS = ["testserver"]
    cast = make_cast()
    version = protocol(
        victims=cast.victims, programme=cast.programme, police=cast.police, coordination=cast.coordination
    )
    fill(version, sender=cast.victims, recipient=cast.programme, number=FEW)
    fill(version, sender=cast.victims, recipient=cast.police, number=MANY)
    with psycopg.connect(os.environ["BENCH_OWNER_URL"], autocommit=True) as owner:
        owner.execute("ANALYZE")
    few, many = (page_of(user) for user in (cast.bruno, cast.carla))
    for what, name in (("board", "alerts:received"), ("counter", "alerts:counter")):
        mine = many(reverse(name, args=[cast.police.slug]))
        reference = few(reverse(name, args=[cast.programme.slug]))
        mine(), reference()
        compare(f"{what} with {MANY:,} alerts, against {FEW}", mine, reference, rounds=ROUNDS)
    for user in (cast.bruno, cast.carla):
        Membership.objects.create(user=user, service=cast.coordination, role=Role.COORDINATION)
    for what, name in (("inbox", "desk:inbox"), ("its counter", "desk:inbox_counter")):
        mine, reference = many(reverse(name)), few(reverse(name))
        mine(), reference()
        compare(f"{what} with {MANY:,} alerts, against {FEW}", mine, reference, rounds=ROUNDS)


def page_of(user: Any) -> Callable[[str], Callable[[], object]]:
    """Address -> what fetches it as this person, past the second factor."""
    from django.test import Client

    from tests.cast import signed_in

    client = signed_in(Client(raise_request_exception=True), user)

    def at(url: str) -> Callable[[], object]:
        def fetch() -> None:
            assert client.get(url).status_code == 200

        return fetch

    return at


def fill(version: Any, *, sender: Any, recipient: Any, number: int) -> None:
    """So many received over as many minutes, all but the latest acknowledged and answered."""
    from django.utils import timezone

    from alerts.models import Handling
    from pole.tenancy.context import inside
    from protocols.models import Exchange

    now = timezone.now()
    for start in range(0, number, AT_ONCE):
        places = range(start, min(start + AT_ONCE, number))
        rows = [
            Exchange(
                sender=sender,
                recipient=recipient,
                protocol=version,
                kind="alert",
                article="5 §1",
                urgency=("yellow", "orange")[place % 2],
                content=b"",
                sent_at=now - timedelta(minutes=place),
                acknowledge_by=now + timedelta(minutes=600 - place),
            )
            for place in places
        ]
        with inside(sender):
            Exchange.objects.bulk_create(rows)
        with inside(recipient):
            done = [None if place < OPEN else now for place in places]
            Handling.objects.bulk_create(
                Handling(service=recipient, exchange=row, opened_at=at, acknowledged_at=at, answered_at=at)
                for row, at in zip(rows, done, strict=True)
            )
