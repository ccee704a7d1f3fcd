from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.forms.inputs import DayInput, text_area
from cases.models import Person, PersonRole
from cases.models.people import Sex
from cases.services.people import PERSON_FIELDS


class PersonFields(forms.Form):
    """Who it is, and how to reach them without putting them in danger."""

    first_name = forms.CharField(label=_("First name"), max_length=80)
    last_name = forms.CharField(label=_("Last name"), max_length=80, required=False)
    birth_date = forms.DateField(label=_("Date of birth"), required=False, widget=DayInput())
    sex = forms.ChoiceField(label=_("Gender"), choices=Sex, initial=Sex.UNKNOWN)
    language = forms.CharField(label=_("Language"), max_length=40, required=False)
    phone = forms.CharField(label=_("Safe telephone number"), max_length=40, required=False)
    safe_hours = forms.CharField(
        label=_("When it is safe to call"),
        help_text=_("Days and hours, who is there."),
        required=False,
        max_length=200,
    )
    may_leave_message = forms.BooleanField(label=_("A message may be left"), required=False)
    code_word = forms.CharField(
        label=_("Agreed word"),
        help_text=_("By which you both know it is safe to talk."),
        required=False,
        max_length=80,
    )
    never_contact = forms.CharField(
        label=_("Never call"),
        help_text=_("Whom, where and when never to call or write."),
        required=False,
        max_length=500,
        widget=text_area(2),
    )
    address = forms.CharField(
        label=_("Address"),
        help_text=_("Stays in this service. Never write the address of a shelter."),
        required=False,
        max_length=300,
        widget=text_area(2),
    )

    def clean_birth_date(self) -> Any:
        day = self.cleaned_data["birth_date"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("This date is in the future."))
        return day

    def person(self) -> dict[str, Any]:
        """Arguments of `add_person` and `change_person`, but the role."""
        return {name: self.cleaned_data[name] for name in PERSON_FIELDS}


class PersonForm(PersonFields):
    """Anybody of a case."""

    role = forms.ChoiceField(label=_("Place in the situation"), choices=PersonRole)
    field_order = ("role",)

    @staticmethod
    def of(person: Person) -> dict[str, Any]:
        """The form's initial values for somebody known."""
        return {name: getattr(person, name) for name in ("role", *PERSON_FIELDS)}
