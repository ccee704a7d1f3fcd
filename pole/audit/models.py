"""The journal of a service: who did what to what, when. Ids and rule references, never content."""

from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from pole.tenancy.actor import Actor
from pole.tenancy.walls import AppendOnly, Walled


class Tag(StrEnum):
    """`subject:action`, the one list of what is recorded."""

    SIGNED_IN = "session:signed_in"
    DENIED = "gate:denied"
    STRANGER = "gate:stranger"
    CASE_OPENED = "case:opened"
    CASE_READ = "case:read"
    CASE_CHANGED = "case:changed"
    CASE_SEARCHED = "case:searched"
    GLASS_BROKEN = "case:glass_broken"
    TEAM_CHANGED = "case:team_changed"
    AGREEMENT_RECORDED = "agreement:recorded"
    AGREEMENT_WITHDRAWN = "agreement:withdrawn"
    READING_STARTED = "reading:started"
    READING_DISCARDED = "reading:discarded"
    READING_FINALISED = "reading:finalised"
    READING_SECONDED = "reading:seconded"
    READING_SENT_BACK = "reading:sent_back"
    READING_ANSWERED = "reading:answered"
    READING_EXPORTED = "reading:exported"
    READING_OVERDUE = "reading:overdue"
    GRID_LOADED = "grid:loaded"
    GRID_TAKEN = "grid:taken"
    GRID_RETIRED = "grid:retired"
    GRID_COMPARED = "grid:compared"
    ALERT_DECIDED = "alert:decided"
    ALERT_RELEASED = "alert:released"
    ALERT_DROPPED = "alert:dropped"
    ALERT_READ = "alert:read"
    ALERT_ACKNOWLEDGED = "alert:acknowledged"
    ALERT_ANSWERED = "alert:answered"
    ALERT_WRITTEN = "alert:written"
    ALERT_RECALLED = "alert:recalled"
    ALERT_MARKED = "alert:marked"
    ALERT_GIVEN = "alert:given"
    ALERT_SNOOZED = "alert:snoozed"
    ALERT_WOKEN = "alert:woken"
    ALERT_TIED = "alert:tied"
    ALERT_UNTIED = "alert:untied"
    ALERT_ESCALATED = "alert:escalated"
    EMERGENCY_WRITTEN = "emergency:written"
    EMERGENCY_REVIEWED = "emergency:reviewed"
    EMERGENCY_OVERDUE = "emergency:overdue"
    REGISTER_EXPORTED = "register:exported"
    EXCHANGE_SENT = "exchange:sent"
    EXCHANGE_REFUSED = "exchange:refused"
    SITUATION_PROPOSED = "situation:proposed"
    SITUATION_LINKED = "situation:linked"
    ADVICE_ASKED = "advice:asked"
    ADVICE_READ = "advice:read"
    ADVICE_GIVEN = "advice:given"
    ADVICE_LATE = "advice:late"
    ADVICE_ATTACHED = "advice:attached"
    DISAGREEMENT_OPENED = "disagreement:opened"
    DISAGREEMENT_CONCLUDED = "disagreement:concluded"
    DISAGREEMENT_CLOSED = "disagreement:closed"
    CHANNEL_CHANGED = "channel:changed"
    ACCESS_CHANGED = "access:changed"
    MEMBER_CHANGED = "member:changed"
    DUTY_PLANNED = "duty:planned"
    DUTY_REPLACED = "duty:replaced"
    DUTY_REMOVED = "duty:removed"
    DUTY_RESTORED = "duty:restored"
    CERTIFICATE_CHANGED = "certificate:changed"
    PROTOCOL_DRAFTED = "protocol:drafted"
    PROTOCOL_SIMULATED = "protocol:simulated"
    PROTOCOL_COUNTED = "protocol:counted"
    PROTOCOL_PROPOSED = "protocol:proposed"
    PROTOCOL_TAKEN_BACK = "protocol:taken_back"
    PROTOCOL_DROPPED = "protocol:dropped"
    PROTOCOL_SIGNED = "protocol:signed"
    PROTOCOL_DECLINED = "protocol:declined"
    PROTOCOL_AMENDED = "protocol:amended"
    PROTOCOL_SUSPENDED = "protocol:suspended"
    PROTOCOL_RESUMED = "protocol:resumed"
    PROTOCOL_WITHDRAWN = "protocol:withdrawn"
    EXERCISE_OPENED = "exercise:opened"
    EXERCISE_HANDED_IN = "exercise:handed_in"
    EXERCISE_PUBLISHED = "exercise:published"
    EXERCISE_EXPORTED = "exercise:exported"


def tag_choices() -> list[tuple[str, str]]:
    """Asked when needed, so that a new tag is no migration."""
    return [(tag.value, tag.value) for tag in Tag]


class Event(models.Model):
    """One line of the journal."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    service = models.ForeignKey("tenancy.Service", on_delete=models.PROTECT)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    tag = models.CharField(max_length=40, choices=tag_choices)
    subject_id = models.UUIDField(null=True)
    detail = models.JSONField(default=dict)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [Walled(by="service", rights=("SELECT", "INSERT")), AppendOnly()]
        indexes = [
            models.Index(fields=["service", "-at"], name="event_recent"),
            models.Index(fields=["service", "subject_id", "-at"], name="event_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.tag} {self.subject_id}"


def record(*, actor: Actor, tag: Tag, subject_id: UUID | None = None, **detail: Any) -> None:
    """Write one event in the actor's service, in the caller's transaction and space; a system is named in it."""
    if actor.system:
        detail["system"] = actor.system
    Event.objects.create(
        service=actor.service, user_id=actor.user_id, tag=tag, subject_id=subject_id, detail=detail
    )
