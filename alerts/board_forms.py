"""Forms of the board: what to see, and what to do with what was ticked."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from alerts.board import RANK, Chosen
from pole.calendar import BRUSSELS
from pole.tenancy.models import Membership, Service

STATES = [
    ("", _("all on the board")),
    ("acknowledge", _("to be acknowledged")),
    ("new", _("not opened yet")),
    ("answer", _("acknowledged, not answered")),
    ("answered", _("answered")),
    ("snoozed", _("put off")),
]
URGENCIES = {"red": _("red"), "orange": _("orange"), "concerted": _("concerted"), "yellow": _("yellow")}
DAY = {"type": "date"}


class BoardFilterForm(forms.Form):
    """Urgency, state, partner, owner, period: as it stands in the address."""

    urgence = forms.ChoiceField(label=_("Urgency"), required=False)
    etat = forms.ChoiceField(label=_("State"), required=False, choices=STATES)
    de = forms.ChoiceField(label=_("Sender"), required=False)
    pour = forms.ChoiceField(label=_("Owner"), required=False)
    depuis = forms.DateField(label=_("Since"), required=False, widget=forms.DateInput(attrs=DAY))
    jusque = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs=DAY))

    def __init__(
        self, *args: Any, partners: Iterable[Service], colleagues: Iterable[Membership], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = dict(self.fields)
        fields["urgence"].choices = [("", _("any")), *((code, URGENCIES[code]) for code in RANK)]
        fields["de"].choices = [("", _("any partner")), *((each.slug, each.name) for each in partners)]
        people = [(str(each.user_id), each.user.name) for each in colleagues]
        fields["pour"].choices = [("", _("anybody")), ("me", _("me")), ("none", _("nobody yet")), *people]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("depuis"), cleaned.get("jusque")
        if since and until and until < since:
            self.add_error("jusque", _("The end comes before the start."))
        return cleaned

    def chosen(self) -> Chosen | None:
        """What was asked, or None where it can't be read."""
        if not self.is_valid():
            return None
        asked = self.cleaned_data
        since, until = asked["depuis"], asked["jusque"]
        return Chosen(
            urgency=asked["urgence"],
            state=asked["etat"],
            partner=asked["de"],
            owner=asked["pour"],
            since=datetime.combine(since, time(), BRUSSELS) if since else None,
            until=datetime.combine(until + timedelta(days=1), time(), BRUSSELS) if until else None,
        )


class TriageForm(forms.Form):
    """What was ticked, and what goes with an act; each act looks at what it needs."""

    ticked = forms.MultipleChoiceField(required=False)
    owner = forms.ChoiceField(label=_("Give to"), required=False)
    until = forms.DateTimeField(
        label=_("Until"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        error_messages={"invalid": _("Say until when: a moment to come, within a month.")},
    )
    because = forms.CharField(label=_("Why it is put off"), required=False, max_length=400)

    def __init__(self, *args: Any, colleagues: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = dict(self.fields)
        people = [(str(each.user_id), each.user.name) for each in colleagues]
        fields["owner"].choices = [("", _("nobody")), *people]
        fields["ticked"].choices = [(each, each) for each in self.data.getlist("ticked")] if self.data else []  # type: ignore[attr-defined] # a QueryDict

    def clean_ticked(self) -> list[UUID]:
        try:
            return [UUID(each) for each in self.cleaned_data["ticked"]]
        except ValueError:
            raise forms.ValidationError(_("Tick at least one alert first.")) from None

    def clean_owner(self) -> UUID | None:
        return UUID(self.cleaned_data["owner"]) if self.cleaned_data["owner"] else None
