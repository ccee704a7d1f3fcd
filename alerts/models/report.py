"""What mail servers reported after they had taken a notice. Platform tables: ids, codes and times, like the outbox."""

from uuid import uuid4

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from alerts.models.owed import Owed


class MailOutcome(models.TextChoices):
    """RFC 3464's actions, as far as they say something of one box."""

    DELIVERED = "delivered", _("delivered to the mailbox")
    DELAYED = "delayed", _("delayed: the mail server is still trying")
    FAILED = "failed", _("not delivered: the mail server gave up")


class MailReport(models.Model):
    """One outcome of one notice; reported twice, kept once."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    owed = models.ForeignKey(Owed, on_delete=models.PROTECT, related_name="reports")
    outcome = models.CharField(max_length=10, choices=MailOutcome)
    status = models.CharField(max_length=12, blank=True, help_text="RFC 3463's code, such as 5.1.1.")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owed", "outcome"], name="mail_report_once")]

    def __str__(self) -> str:
        return f"{self.outcome} {self.owed_id}"


class MailTally(models.Model):
    """How many mails of a day came back and what they were: forged ones are counted, and no more."""

    day = models.DateField(primary_key=True)
    reports = models.PositiveIntegerField(default=0)
    unknown = models.PositiveIntegerField(default=0, help_text="Reports on messages that we never sent.")
    others = models.PositiveIntegerField(default=0, help_text="Mails that are no report.")

    def __str__(self) -> str:
        return str(self.day)
