"""Forms of the duty rota. Days and times stand apart: a time of day is repeated, a moment can't be."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.inputs import DayInput
from pole.tenancy.duty import who_may_be
from pole.tenancy.duty_planning import MOST_WEEKS
from pole.tenancy.models import Service


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(format="%H:%M", attrs=attrs)


class SpanForm(forms.Form):
    """Who, from when to when."""

    user_id = forms.TypedChoiceField(label=_("Who is on duty"), coerce=UUID)
    starts_on = forms.DateField(label=_("Beginning: day"), widget=DayInput())
    starts = forms.TimeField(label=_("Beginning: time"), widget=TimeInput())
    ends_on = forms.DateField(
        label=_("End: day"),
        help_text=_("Empty: the same day, or the next morning where the end is earlier than the beginning."),
        required=False,
        widget=DayInput(),
    )
    ends = forms.TimeField(label=_("End: time"), widget=TimeInput())

    def __init__(self, *args: Any, service: Service, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colleagues = [(str(each.user_id), each.user.name) for each in who_may_be(service)]
        self.fields["user_id"].choices = [("", _("Choose")), *colleagues]  # type: ignore[attr-defined] # a choice field


class PlanForm(SpanForm):
    weeks = forms.IntegerField(
        label=_("For how many weeks"),
        help_text=_("At the same hours of every week; 1 is this once."),
        min_value=1,
        max_value=MOST_WEEKS,
        initial=1,
    )


class ReplaceForm(SpanForm):
    """Within the turn; all of it unless said otherwise."""
