"""`manage.py check_invariants`: whether anything that was decided can still be lost, asked of the database."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from alerts.invariants import INVARIANTS, broken_in
from pole.clock import database_now
from pole.startup import assert_fit_to_serve
from pole.tenancy.context import inside
from pole.tenancy.models import Service


class Command(BaseCommand):
    help = "Ask of every service what must hold for its alerts. Exit 1 when something does not. Nothing is changed."

    def handle(self, *args: Any, **options: Any) -> None:
        assert_fit_to_serve()
        found = 0
        for service in Service.objects.order_by("slug"):
            with inside(service):
                for invariant, subject_id in broken_in(service, now=database_now()):
                    found += 1
                    self.stdout.write(
                        f"{service.slug}  {invariant.code}  {subject_id}  broken: {invariant.sentence}"
                    )
        asked = f"{len(INVARIANTS)} invariants asked of {Service.objects.count()} service(s)"
        self.stdout.write(f"{asked}: {found} broken" if found else f"{asked}: all hold")
        if found:
            sys.exit(1)
