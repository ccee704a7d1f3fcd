"""What became of notices to a duty address, in words: for the sender of an alert and for the service itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from alerts.models import MailOutcome, Owed, OwedKind
from alerts.models.owed import OwedQuerySet
from pole.dates import in_words
from pole.tenancy.models import Service

SHOWN = 20
ICONS = {MailOutcome.DELIVERED: "mail-check", MailOutcome.DELAYED: "clock", MailOutcome.FAILED: "mail-x"}
GATHERED = "layers"
WAITS, UNDER_WAY, TAKEN, NOT_TAKEN = "hourglass", "send", "mail", "mail-warning"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to an e-mail."""

    at: datetime
    icon: str
    text: str
    is_failure: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """One e-mail: when it was due, how much it announced, what happened to it, and what the server said last."""

    owed_at: datetime
    messages: int
    steps: Sequence[Step]
    reply: str

    @property
    def failed(self) -> bool:
        """Whether the last thing known is that it did not arrive."""
        return bool(self.steps) and self.steps[-1].is_failure


def steps_of(exchange_id: UUID) -> list[Step]:
    """What happened to the notice of an exchange at its recipient's duty address, the oldest first."""
    found = _to_duty_addresses().filter(subject_id=exchange_id, step=0).first()
    return _steps(found) if found else []


def latest_notices(service: Service) -> list[Notice]:
    """The latest e-mails to a service's duty address, the newest first."""
    left_first = Q(gathered_in=None) | Q(gathered_in=F("pk"))
    rows = _to_duty_addresses().filter(left_first, service=service).annotate(messages=Count("gathered"))
    return [
        Notice(
            owed_at=row.due_at,
            messages=max(row.messages, 1),  # type: ignore[attr-defined] # annotated
            steps=_steps(row),
            reply=row.reply,
        )
        for row in rows.order_by("-due_at")[:SHOWN]
    ]


def _to_duty_addresses() -> OwedQuerySet:
    return Owed.objects.filter(kind=OwedKind.NOTICE, addressee_id=None).prefetch_related("reports")


def _steps(row: Owed) -> list[Step]:
    reports = [
        Step(
            each.at,
            ICONS[MailOutcome(each.outcome)],
            each.get_outcome_display(),
            each.outcome == MailOutcome.FAILED,
        )
        for each in row.reports.all()
    ]
    under_way = (
        [Step(row.handed_over_at, UNDER_WAY, _("e-mail handed over to be sent"))]
        if row.handed_over_at
        else []
    )
    return sorted([*under_way, _became(row), *reports], key=lambda step: step.at)


def _became(row: Owed) -> Step:
    if row.done_at is None and row.due_at > max(row.created_at, timezone.now()):
        return Step(
            row.created_at,
            GATHERED,
            _("gathered with others in one e-mail, which leaves at %(time)s")
            % {"time": in_words(timezone.localtime(row.due_at), "j F, H:i")},
        )
    if row.done_at is None and not row.attempts:
        return Step(row.due_at, WAITS, _("e-mail about to leave"))
    if row.done_at is None:
        return Step(
            row.handed_over_at or row.due_at,
            NOT_TAKEN,
            _("not taken yet by the mail server; tried again"),
            row.reply.startswith("5"),
        )
    if row.reply.startswith("2"):
        return Step(row.done_at, TAKEN, _("taken by the mail server"))
    return Step(row.done_at, NOT_TAKEN, _("no e-mail left: nobody there can read it now"))
