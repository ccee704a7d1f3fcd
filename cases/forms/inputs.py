"""Inputs that browsers know how to help with, and that read what they write."""

from typing import TYPE_CHECKING, Any

from django import forms

from cases.models import Person
from pole.accounts.models import User
from pole.tenancy.models import Service

if TYPE_CHECKING:
    PersonField = forms.ModelChoiceField[Person]
    UserField = forms.ModelChoiceField[User]
    ServiceField = forms.ModelChoiceField[Service]
else:  # generic for the type checker only
    PersonField = UserField = ServiceField = forms.ModelChoiceField


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(format="%Y-%m-%d", attrs=attrs)


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, **attrs: Any) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M", attrs=attrs)


def text_area(rows: int, **attrs: Any) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attrs})


class PersonChoice(PersonField):
    """People of a case, by name. `__str__` of a person never prints one: it ends in logs."""

    def label_from_instance(self, obj: Person) -> str:
        return f"{obj.full_name} — {obj.get_role_display()}"


class ColleagueChoice(UserField):
    """Members of the service."""

    def label_from_instance(self, obj: User) -> str:
        return obj.name


class ServiceChoice(ServiceField):
    """Other services, by their public name."""

    def label_from_instance(self, obj: Service) -> str:
        return obj.name
