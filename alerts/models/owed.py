"""The outbox: what is owed, to which service's space it belongs, and how far it got.

A platform table, since the worker reads it before it knows whose space to enter: ids, kind, due, lease,
attempts; no person and no content. Its rows are proof, and are kept.
"""

from datetime import datetime
from typing import Any, Self
from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now


class OwedKind(models.TextChoices):
    NOTICE = "notice", "e-mail to the recipient's duty address: something waits"
    WEBHOOK = "webhook", "call to the recipient's own system: something waits"
    RUNG = "rung", "recipient's clock: nobody acknowledged, climb the ladder"
    WATCH = "watch", "sender's clock: nobody acknowledged, warn the sender"
    UNHEARD = "unheard", "sender's clock: the ladder has ended, the coordination is told"
    CALL = "call", "the coordination: somebody's task to call about an alert between two others"
    HEARD = "heard", "sender's side: somebody has it after all, the coordination that was told is told so"
    CALL_OFF = "call_off", "the coordination: nobody needs to call any more"
    DECIDE = "decide", "sender's clock: a held alert must be decided"
    REMINDER = "reminder", "a measure that ends soon"
    REVIEW = "review", "a reading is due again: whoever read last is told"
    CONTACT = "contact", "a level that asks for a contact every day: a day without one is told"
    REVIEW_LATE = "late", "a grave reading is late: the référent is told"
    MEASURE_OVER = "over", "a measure ended by itself: the case is read again"
    SECOND = "second", "the author's service: a lowered level still waits for somebody's word"
    DISAGREEMENT = "differ", "a disagreement that was not dealt with in time"
    CONCLUSION = "conclude", "the partner declared a disagreement, or concludes on one"
    CERTIFICATE = "cert", "the certificate that mail is sealed for ends soon, or has ended"
    ADDRESS = "address", "mail to the duty address is refused for good: somebody corrects it"
    SUSPENDED = "suspended", "the sender: the recipient was suspended and reads nothing"
    ADVICE = "advice", "advice that was asked and not given in time"
    EMERGENCY = "urgent", "the référent: what left without agreement waits for a review"
    LEVELS = "levels", "a level crossed in a situation: compare it with ours"
    PROTOCOL = "protocol", "what became of a protocol: directions and coordinations are told"


def owed_kinds() -> list[tuple[str, Any]]:
    """Asked when needed, so that a new kind is no migration."""
    return OwedKind.choices


class OwedQuerySet(models.QuerySet["Owed"]):
    def due(self, at: datetime) -> Self:
        """Not done, due, not leased to somebody at work, and not in another's e-mail."""
        return self.filter(
            Q(leased_until=None) | Q(leased_until__lt=at),
            Q(gathered_in=None) | Q(gathered_in=F("pk")),
            done_at=None,
            due_at__lte=at,
            next_try_at__lte=at,
        )


class Owed(models.Model):
    """One thing to do for one subject, once."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=owed_kinds)
    subject_id = models.UUIDField()
    # 0 for the duty address; a rung's number, a reminder's day: what makes the same kind owed again.
    step = models.PositiveSmallIntegerField(default=0)
    # A member of the service, by id; empty: the duty address.
    addressee_id = models.UUIDField(null=True)
    urgency = models.CharField(max_length=12, blank=True)
    due_at = models.DateTimeField()
    deadline_at = models.DateTimeField(
        null=True, help_text="By when the addressee must act; said in the mail."
    )
    next_try_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    handed_over_at = models.DateTimeField(null=True, help_text="When a worker first took it up.")
    done_at = models.DateTimeField(null=True)
    reply = models.CharField(max_length=200, blank=True, help_text="What the mail server said last.")
    created_at = models.DateTimeField(db_default=Now())
    gathered_in = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="gathered",
        help_text="The notice in whose e-mail this one leaves; its own, when it is the first of them.",
    )

    objects = OwedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["service", "kind", "subject_id", "step", "addressee_id"],
                name="owed_once",
                nulls_distinct=False,
            )
        ]
        indexes = [
            models.Index(fields=["next_try_at"], name="outbox_owed", condition=Q(done_at=None)),
            # The next in turn, among all and among one urgency: a step, however many wait.
            models.Index(fields=["due_at"], name="outbox_next", condition=Q(done_at=None)),
            models.Index(fields=["urgency", "due_at"], name="outbox_next_urgent", condition=Q(done_at=None)),
            # When a duty address was last written to, and what waits for it.
            models.Index(
                fields=["service", "urgency", "due_at"],
                name="outbox_duty",
                condition=Q(kind="notice", addressee_id=None),
            ),
            models.Index(
                fields=["service", "urgency"],
                name="outbox_duty_waiting",
                condition=Q(kind="notice", addressee_id=None, done_at=None, gathered_in=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
