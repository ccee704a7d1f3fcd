"""`manage.py bounces`: take in the delivery reports that wait, and say what has come back lately."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from alerts.channels.email.reports import take_in_all
from alerts.models import MailTally
from pole.startup import assert_fit_to_serve

DAYS = 14


class Command(BaseCommand):
    help = "Read the delivery reports in POLE_MAIL_REPORTS now (the sweepers do it too), and print what came, by day."

    def handle(self, *args: Any, **options: Any) -> None:
        assert_fit_to_serve()
        if not settings.MAIL_REPORTS:
            raise CommandError("POLE_MAIL_REPORTS names no Maildir: delivery reports are not read.")
        counted = take_in_all()
        self.stdout.write(f"read now: {sum(counted.values())}")
        for tally in MailTally.objects.order_by("-day")[:DAYS]:
            self.stdout.write(
                f"{tally.day}  {tally.reports} report(s), {tally.unknown} on no message of ours, "
                f"{tally.others} other mail(s)"
            )
