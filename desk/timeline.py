"""What happened in a case, from every room, the latest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from alerts.models import Alert, AlertState
from assessment.models import Reading
from cases.models import Agreement, Case, Incident, Measure, Note
from desk.words import dynamics_label, urgency_label

NOTE_ICONS = {
    "phone": "phone",
    "meeting": "users-round",
    "visit": "house",
    "message": "message-square",
    "network": "network",
    "no_answer": "phone-missed",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One line. `level` means something only when `level_known`; `day_only`: nobody knows the hour."""

    at: datetime
    kind: str
    icon: str
    title: str
    who: str = ""
    text: str = ""
    url: str = ""
    day_only: bool = False
    level_known: bool = False
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Sources:
    """The rows of a case, fetched once and used by the timeline and the panels beside it."""

    notes: list[Note]
    incidents: list[Incident]
    measures: list[Measure]
    agreements: list[Agreement]
    readings: list[Reading]
    alerts: list[Alert]

    @classmethod
    def of(cls, case: Case, *, most: int | None) -> "Sources":
        """At most so many of each, the latest; None is all."""

        def latest(rows: QuerySet[Any], *order: str) -> list[Any]:
            return list(rows.order_by(*order)[:most])

        return cls(
            notes=latest(Note.objects.filter(case=case).select_related("author"), "-happened_at"),
            incidents=latest(
                Incident.objects.filter(case=case).select_related("recorded_by"),
                "-happened_on",
                "-recorded_at",
            ),
            measures=latest(Measure.objects.filter(case=case).select_related("recorded_by"), "-recorded_at"),
            agreements=latest(
                Agreement.objects.filter(case=case).select_related("recipient", "person", "recorded_by"),
                "-given_on",
            ),
            readings=latest(Reading.objects.filter(case=case).select_related("author"), "-started_at"),
            alerts=latest(
                Alert.objects.filter(case=case).select_related("recipient").with_replies().marked_overdue(),
                "-is_overdue",  # what somebody must call about is there however old
                "-created_at",
            ),
        )

    def items(self, slug: str) -> list[Item]:
        """Every row as a line, the latest first."""
        lines = [
            *self._notes(),
            *self._incidents(),
            *self._measures(),
            *self._agreements(),
            *self._readings(slug),
            *self._alerts(slug),
        ]
        return sorted(lines, key=lambda item: item.at, reverse=True)

    def _notes(self) -> Iterator[Item]:
        for note in self.notes:
            yield Item(
                at=note.happened_at,
                kind=_("Contact"),
                icon=NOTE_ICONS[note.kind],
                title=note.get_kind_display().capitalize(),
                who=note.author.name,
                text=note.text,
            )

    def _incidents(self) -> Iterator[Item]:
        for incident in self.incidents:
            yield Item(
                at=_noon(incident.happened_on),
                day_only=True,
                kind=_("Fact"),
                icon="zap",
                title=incident.get_kind_display().capitalize(),
                who=incident.recorded_by.name,
                text=incident.text,
            )

    def _measures(self) -> Iterator[Item]:
        for measure in self.measures:
            yield Item(
                at=_noon(measure.starts_on),
                day_only=True,
                kind=_("Measure"),
                icon="shield",
                title=measure.get_kind_display().capitalize(),
                who=measure.recorded_by.name,
                text=measure.text,
            )
            if measure.breached_on:
                yield Item(
                    at=_noon(measure.breached_on),
                    day_only=True,
                    kind=_("Breach"),
                    icon="shield-x",
                    title=_("{measure}: not respected").format(
                        measure=measure.get_kind_display().capitalize()
                    ),
                    text=_("The person came near.") if measure.approaching else "",
                )

    def _agreements(self) -> Iterator[Item]:
        for agreement in self.agreements:
            yield Item(
                at=_noon(agreement.given_on),
                day_only=True,
                kind=_("Agreement"),
                icon="handshake",
                title=_("{person} agrees: {recipient}").format(
                    person=agreement.person.full_name, recipient=agreement.recipient.name
                ),
                who=agreement.recorded_by.name,
            )
            if agreement.withdrawn_at:
                yield Item(
                    at=agreement.withdrawn_at,
                    kind=_("Agreement"),
                    icon="ban",
                    title=_("{person} withdraws the agreement: {recipient}").format(
                        person=agreement.person.full_name, recipient=agreement.recipient.name
                    ),
                )

    def _readings(self, slug: str) -> Iterator[Item]:
        for reading in self.readings:
            if reading.finalised_at is None:
                yield Item(
                    at=reading.started_at,
                    kind=_("Reading"),
                    icon="notebook-pen",
                    title=_("Reading under way"),
                    who=reading.author.name,
                )
                continue
            yield Item(
                at=reading.finalised_at,
                kind=_("Reading"),
                icon="scan-eye",
                title=dynamics_label(reading) or _("Reading"),
                who=reading.author.name,
                url=reverse("alerts:reading", args=[slug, reading.pk]),
                level_known=True,
                level=reading.in_force,
            )

    def _alerts(self, slug: str) -> Iterator[Item]:
        for alert in self.alerts:
            yield Item(
                at=alert.created_at,
                kind=alert.get_state_display().capitalize(),
                icon="pause" if alert.state == AlertState.HELD else "send",
                title=_("{alert} to {recipient}").format(
                    alert=urgency_label(alert.urgency), recipient=alert.recipient.name
                ),
                text=_("Acknowledged.") if getattr(alert, "is_acknowledged", False) else "",
                url=reverse("alerts:alert", args=[slug, alert.pk]),
            )


def _noon(day: date) -> datetime:
    # A day without an hour stands in the middle of it; today, not after the present moment.
    noon = timezone.make_aware(datetime.combine(day, time(12)))
    return min(noon, timezone.now()) if day == timezone.localdate() else noon
