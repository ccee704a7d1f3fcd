"""A delay in a form: how much, of what, and in whose hours it runs."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pole.calendar import Delay

UNITS = [
    (
        gettext_lazy("in the hours of whoever must act"),
        [("minutes", gettext_lazy("minutes")), ("hours", gettext_lazy("hours"))],
    ),
    (
        gettext_lazy("in the working hours of the protocol"),
        [
            ("working minutes", gettext_lazy("working minutes")),
            ("working hours", gettext_lazy("working hours")),
            ("working days", gettext_lazy("working days")),
        ],
    ),
]


class DelayWidget(forms.MultiWidget):
    template_name = "protocols/_delay_input.html"

    def __init__(self) -> None:
        super().__init__(
            [
                forms.NumberInput(
                    attrs={"aria-label": gettext_lazy("How many"), "min": 1, "class": "amount"}
                ),
                forms.Select(attrs={"aria-label": gettext_lazy("Unit")}),
            ]
        )

    def id_for_label(self, id_: str) -> str:
        """Where an error leads to."""
        return f"{id_}_0"

    def decompress(self, value: Any) -> list[Any]:
        delay = delay_of(value)
        return [delay.amount, unit_of(delay)] if delay else [None, None]


class DelayField(forms.MultiValueField):
    """Cleans to a delay as a file says it, "2 working days", or "" where none is said."""

    def __init__(self, **kwargs: Any) -> None:
        amount = forms.IntegerField(min_value=1, max_value=9999)
        unit = forms.ChoiceField(choices=UNITS)
        widget = DelayWidget()
        widget.widgets[1].choices = UNITS  # type: ignore[attr-defined] # it is a Select
        super().__init__(fields=(amount, unit), widget=widget, **kwargs)

    def compress(self, data_list: list[Any]) -> str:
        if not data_list or data_list[0] is None:
            return ""
        if not data_list[1]:
            raise forms.ValidationError(_("Say of what: minutes, hours, working days."))
        amount, unit = data_list
        return str(Delay(amount, unit.removeprefix("working "), unit.startswith("working")))


def delay_of(value: Any) -> Delay | None:
    """What a file says as a delay, if it is one."""
    try:
        return Delay.parse(value)
    except ValueError:
        return None


def unit_of(delay: Delay) -> str:
    return f"working {delay.unit}" if delay.working else delay.unit
