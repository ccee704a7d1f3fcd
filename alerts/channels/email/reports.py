"""Delivery reports, taken in from a Maildir: what became of a notice after a mail server had said 250.

A Maildir, since every mail server writes one and it needs no second service: no port to guard, no password to a
mailbox, and a report waits on disk while nothing of ours runs. It is removed only after it was taken in for good.

A report counts if it names, by envelope id or Message-ID, a notice that was offered to a server. Both are random and
known to that notice's own recipient alone: whoever could forge a report on it can refuse its mail as well.
"""

import logging
from collections import Counter
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from alerts.channels.email.addresses import refused_for_good
from alerts.channels.email.bounces import MOST_BYTES, NoReport, Report, Unknown, read_report
from alerts.channels.email.sending import message_domain
from alerts.digests import together_with
from alerts.models import MailOutcome, MailReport, MailTally, Owed, OwedKind

log = logging.getLogger("alerts.reports")

MOST_AT_ONCE = 200


def take_in_all() -> Counter[str]:
    """Read what has come into the Maildir, at most so many mails; how many of each kind of `MailTally`.

    Nothing where no Maildir is configured. Mails that are no report on ours are left to a person, in `cur`.
    """
    counted: Counter[str] = Counter()
    if not settings.MAIL_REPORTS:
        return counted
    try:
        waiting = [path for path in sorted((Path(settings.MAIL_REPORTS) / "new").iterdir()) if _is_mail(path)]
    except OSError as error:
        log.error("delivery reports can't be read: %s", type(error).__name__)
        return counted
    for path in waiting[:MOST_AT_ONCE]:
        try:
            counted[_take_in(path)] += 1
        except OSError as error:  # another sweeper was faster, or the file is not ours to read
            log.warning("a mail in the Maildir could not be read: %s", type(error).__name__)
    return counted


def apply(report: Report) -> None:
    """Keep an outcome, once, for each notice in the e-mail; a failure goes the way of a server's refusal for good.

    Raises:
        Unknown: no notice of ours, or one that no server was offered.
    """
    with transaction.atomic():
        # What left in another's e-mail was offered to no server under a name of its own.
        notices = Owed.objects.filter(
            Q(gathered_in=None) | Q(gathered_in=F("pk")),
            pk=report.owed_id,
            kind=OwedKind.NOTICE,
            attempts__gt=0,
        )
        row = notices.select_for_update(of=("self",)).select_related("service").first()
        if row is None:
            raise Unknown
        for each in together_with(row):
            _kept, is_new = MailReport.objects.get_or_create(
                owed=each, outcome=report.outcome, defaults={"status": report.status}
            )
            if is_new and report.outcome == MailOutcome.FAILED:
                refused_for_good(each)


def _take_in(path: Path) -> str:
    with path.open("rb") as file:
        raw = file.read(MOST_BYTES)
    try:
        apply(read_report(raw, domain=message_domain()))
        kind = "reports"
    except Unknown:
        kind = "unknown"
    except NoReport:
        kind = "others"
    if kind == "reports":
        path.unlink()
    else:
        path.rename(path.parent.parent / "cur" / f"{path.name.partition(':')[0]}:2,")
        log.info("a mail in the Maildir is left to a person: %s", kind)
    _count(timezone.localdate(), kind)
    return kind


def _count(day: date, kind: str) -> None:
    MailTally.objects.get_or_create(day=day)
    MailTally.objects.filter(day=day).update(**{kind: F(kind) + 1})


def _is_mail(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and not path.name.startswith(".")
