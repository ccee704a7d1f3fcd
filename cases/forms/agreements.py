from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.forms.inputs import DayInput, PersonChoice, ServiceChoice
from cases.models import Case, Person, PersonRole
from cases.models.agreement import AgreementForm as Given
from pole.calendar import Period
from pole.legal import bases, categories, purposes
from pole.tenancy.actor import Actor
from pole.tenancy.models import Service

USUAL = Period(months=3)


class AgreementForm(forms.Form):
    """Who agrees to what being told to whom, what for, until when. Nothing is ticked beforehand."""

    person = PersonChoice(label=_("Who agrees"), queryset=Person.objects.none(), empty_label=None)
    recipient = ServiceChoice(
        label=_("To be told to"), queryset=Service.objects.none(), empty_label=_("Choose a service")
    )
    informed_on = forms.DateField(
        label=_("Informed on"),
        help_text=_("Of what may be told, when and to whom, and that refusing deprives of no help."),
        widget=DayInput(),
    )
    given_on = forms.DateField(label=_("Agreed on"), widget=DayInput())
    expires_on = forms.DateField(
        label=_("Until"),
        help_text=_("Six months at most. It can be withdrawn at any time."),
        widget=DayInput(),
    )
    form = forms.ChoiceField(
        label=_("Given"),
        choices=Given,
        widget=forms.RadioSelect,
        help_text=_("An oral agreement is confirmed in writing within five working days."),
    )
    categories = forms.MultipleChoiceField(
        label=_("What may be told"), choices=[], widget=forms.CheckboxSelectMultiple
    )
    purposes = forms.MultipleChoiceField(
        label=_("For what purpose"), choices=[], widget=forms.CheckboxSelectMultiple
    )
    basis = forms.ChoiceField(label=_("Legal basis"), choices=[])

    def __init__(self, *args: Any, actor: Actor, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered: dict[str, Any] = dict(self.fields)
        # Theirs alone: one person's agreement never opens another's case.
        followed = case.people.filter(role=PersonRole.FOLLOWED)
        offered["person"].queryset = followed
        self.initial.setdefault("person", next((each.pk for each in followed), None))
        partners = Service.objects.filter(is_active=True).exclude(pk=actor.service_id)
        offered["recipient"].queryset = partners.order_by("name")
        offered["categories"].choices = [
            (each.code, f"{each.label} ({each.code})") for each in categories() if not each.never_shared
        ]
        offered["purposes"].choices = [(each.code, each.label) for each in purposes()]
        today = timezone.localdate()
        offered["basis"].choices = [
            (basis.code, basis.label)
            for basis in bases().values()
            if basis.by_the_person and basis.in_force_on(today)
        ]

    @staticmethod
    def usual() -> dict[str, Any]:
        """Today, for three months."""
        today = timezone.localdate()
        return {"informed_on": today, "given_on": today, "expires_on": USUAL.after(today)}
