"""When somebody is there, as forms: the working hours that articles speak of, and the hours of each party."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from protocols.documents.hours import DAYS
from protocols.forms.parts import PartForm, tidy

DAY_NAMES = {day: WEEKDAYS[n] for n, day in enumerate(DAYS)}
SPANS = 2
NO_HOLIDAYS = "none"
COUNTRIES = [
    ("BE", gettext_lazy("Belgium")),
    ("FR", gettext_lazy("France")),
    ("LU", gettext_lazy("Luxembourg")),
    ("NL", gettext_lazy("the Netherlands")),
    ("DE", gettext_lazy("Germany")),
]
WORKING, ALWAYS, OWN = "working", "always", "own"
Span = tuple[time, time]


class WeekForm(PartForm):
    """A week of openings: two a day, or as many as the text has.

    Args:
        week: the week as the file says it.
    """

    def __init__(self, *args: Any, week: Mapping[str, Any], **kwargs: Any) -> None:
        self.written = {day: week.get(day, []) for day in DAYS}
        self.before = {day: spans_of(said) for day, said in self.written.items()}
        self.spans = max(SPANS, *map(len, self.before.values()))
        openings = {
            f"{day}_{n}_{end}": f"{bound:%H:%M}"
            for day, spans in self.before.items()
            for n, span in enumerate(spans)
            for end, bound in zip(("from", "to"), span, strict=True)
        }
        kwargs["initial"] = openings | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        for day, name in DAY_NAMES.items():
            for n in range(self.spans):
                said = {"day": name, "n": n + 1}
                for end, label in (
                    ("from", _("%(day)s, opening %(n)s, from") % said),
                    ("to", _("%(day)s, opening %(n)s, to") % said),
                ):
                    self.fields[f"{day}_{n}_{end}"] = forms.TimeField(
                        label=label,
                        required=False,
                        input_formats=["%H:%M"],
                        widget=forms.TimeInput(
                            format="%H:%M", attrs={"type": "time", "aria-label": label, "class": "clock"}
                        ),
                    )

    def days(self) -> list[tuple[str, list[tuple[forms.BoundField, forms.BoundField]]]]:
        """Each day's name with its openings, for the page."""
        return [
            (str(name), [(self[f"{day}_{n}_from"], self[f"{day}_{n}_to"]) for n in range(self.spans)])
            for day, name in DAY_NAMES.items()
        ]

    def openings(self) -> list[str]:
        return [_("Opening %(n)s") % {"n": n + 1} for n in range(self.spans)]

    def unread(self) -> list[str]:
        """What was written of the week and is no opening: the fields can't show it, and saving replaces it."""
        return [
            f"{DAY_NAMES[day]} : {said}"
            for day, said in self.written.items()
            if said and len(self.before[day]) != (len(said) if isinstance(said, list) else 1)
        ]

    def check_week(self, cleaned: dict[str, Any]) -> None:
        """Openings follow one another, and there is one."""
        any_opening = False
        for day in DAYS:
            last: time | None = None
            for n in range(self.spans):
                names = [f"{day}_{n}_from", f"{day}_{n}_to"]
                if any(name in self.errors for name in names):
                    any_opening = True
                    continue
                begin, end = (cleaned.get(name) for name in names)
                if begin is None and end is None:
                    continue
                any_opening = True
                if begin is None or end is None:
                    self.add_error(names[begin is not None], _("Say both, when it opens and when it closes."))
                elif begin >= end:
                    self.add_error(names[1], _("It closes before it opens."))
                elif last and begin < last:
                    self.add_error(names[0], _("This opening begins before the last one ends."))
                last = end or last
        if not any_opening:
            self.add_error(None, _("Say at least one opening: a week without any never lets a delay end."))

    def week(self) -> dict[str, list[str]]:
        """As the file says it; a day that did not change stays as it was written."""
        week = {}
        for day in DAYS:
            spans = [
                (begin, self.cleaned_data[f"{day}_{n}_to"])
                for n in range(self.spans)
                if (begin := self.cleaned_data[f"{day}_{n}_from"])
            ]
            if spans:
                same = spans == self.before[day]
                week[day] = self.written[day] if same else [f"{a:%H:%M}-{b:%H:%M}" for a, b in spans]
        return week


class WorkingHoursForm(WeekForm):
    """The hours in which working delays run, and the days on which they don't."""

    holidays = forms.ChoiceField(label=gettext_lazy("Closed on the legal holidays of"))

    def __init__(self, *args: Any, week: Mapping[str, Any], holidays: str, **kwargs: Any) -> None:
        super().__init__(*args, week=week, **kwargs)
        known = (
            COUNTRIES if not holidays or holidays in dict(COUNTRIES) else [*COUNTRIES, (holidays, holidays)]
        )
        field = self.fields["holidays"]
        field.choices = [(NO_HOLIDAYS, _("no country: open on holidays too")), *known]  # type: ignore[attr-defined] # a ChoiceField
        field.initial = holidays or NO_HOLIDAYS

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.check_week(cleaned)
        return cleaned


class PartyForm(WeekForm):
    """What a party is called, when it is there, and what is said before something is sent to it."""

    label = forms.CharField(label=gettext_lazy("What this party is called"), max_length=120)
    warning = forms.ChoiceField(label=gettext_lazy("Said before sending to it"), required=False)
    hours = forms.ChoiceField(
        label=gettext_lazy("When it is there"),
        choices=[
            (WORKING, gettext_lazy("in the working hours of the protocol")),
            (ALWAYS, gettext_lazy("day and night")),
            (OWN, gettext_lazy("in hours of its own, holidays included: the week below")),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(
        self, *args: Any, warnings: Mapping[str, str], week: Mapping[str, Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, week=week, **kwargs)
        self.fields["warning"].choices = [("", _("no warning")), *warnings.items()]  # type: ignore[attr-defined] # a ChoiceField

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("hours") == OWN:
            self.check_week(cleaned)
        return cleaned

    def party(self, written: Mapping[str, Any]) -> dict[str, Any]:
        """As the file says it."""
        said = self.cleaned_data
        party = {**written, "label": tidy(said["label"])}
        party["hours"] = self.week() if said["hours"] == OWN else said["hours"]
        party.pop("warning", None)
        return party | ({"warning": said["warning"]} if said["warning"] else {})


def spans_of(said: Any) -> list[Span]:
    """The openings that a file says of a day; what is none is left out."""
    spans = []
    for words in said if isinstance(said, list) else []:
        try:
            begin, end = (time.fromisoformat(word) for word in str(words).split("-"))
        except ValueError:
            continue
        spans.append((begin, end))
    return spans


def hours_of(party: Mapping[str, Any]) -> str:
    """Which of the three a party says."""
    said = party.get("hours")
    return OWN if isinstance(said, dict) else said if said in {WORKING, ALWAYS} else ""
