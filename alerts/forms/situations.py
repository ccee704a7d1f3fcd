"""Which case a partner is asked to link."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import Case, PersonRole
from cases.refusals import NotAnOpenCase
from pole.tenancy.actor import Actor


class CaseChoice(forms.ModelChoiceField):  # type: ignore[type-arg] # not generic at run time
    """A case by its reference and the person followed: who chooses sees them anyway."""

    def label_from_instance(self, case: Case) -> str:
        names = [person.full_name for person in case.people.all() if person.role == PersonRole.FOLLOWED]
        return " · ".join([case.reference, *names])


class LinkForm(forms.Form):
    """Which of my cases a received alert is about."""

    case = CaseChoice(
        label=_("Your case"),
        queryset=Case.objects.none(),
        to_field_name="pk",
        empty_label=_("Choose a case"),
        error_messages={
            "required": _("Choose the case that this message is about."),
            "invalid_choice": NotAnOpenCase.message,
        },
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cases = Case.objects.visible_to(actor).filter(service=actor.service).open()
        self.fields["case"].queryset = self.cases.order_by("-active_at").prefetch_related("people")  # type: ignore[attr-defined] # a ModelChoiceField

    @property
    def has_cases(self) -> bool:
        return self.cases.exists()
