from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.forms.inputs import ColleagueChoice, DayInput, text_area
from pole.accounts.models import User
from pole.tenancy.actor import Actor
from pole.tenancy.models import Membership
from pole.tenancy.permissions import RIGHTS, Perm


class TeamForm(forms.Form):
    """A colleague, for as long as the case or until a day."""

    user = ColleagueChoice(label=_("Colleague"), queryset=User.objects.none(), empty_label="")
    until = forms.DateField(
        label=_("Last day"),
        help_text=_("For a substitute. Empty: as long as the case."),
        required=False,
        widget=DayInput(),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        readers = [role for role, rights in RIGHTS.items() if Perm.CASE_READ in rights]
        here = Membership.objects.current().filter(service=actor.service, role__in=readers)
        self.fields["user"].queryset = User.objects.filter(memberships__in=here).order_by("name")  # type: ignore[attr-defined] # a ColleagueChoice

    def clean_until(self) -> Any:
        day = self.cleaned_data["until"]
        if day and day < timezone.localdate():
            raise forms.ValidationError(_("This day is past."))
        return day


class GlassForm(forms.Form):
    """The reference number somebody gave, and why one needs the case today."""

    reference = forms.CharField(label=_("Reference of the case"), max_length=20)
    motive = forms.CharField(
        label=_("Why you need this case now"),
        help_text=_("A référent reads it within two working days."),
        max_length=2000,
        widget=text_area(3),
    )
