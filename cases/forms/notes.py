from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.inputs import ColleagueChoice, MomentInput, text_area
from cases.models.notes import NoteKind
from pole.accounts.models import User
from pole.tenancy.actor import Actor
from pole.tenancy.models import Membership


class ContactForm(forms.Form):
    """A contact in under a minute: how, what was said; when, if it was not just now."""

    kind = forms.ChoiceField(label=_("How"), choices=NoteKind)
    text = forms.CharField(label=_("What was said"), max_length=20_000, widget=text_area(4))
    happened_at = forms.DateTimeField(
        label=_("When"), help_text=_("Leave empty for now."), required=False, widget=MomentInput()
    )


class TaskForm(forms.Form):
    """Something to do, by whom, by when."""

    text = forms.CharField(label=_("What is to be done"), max_length=500)
    due_at = forms.DateTimeField(label=_("By when"), required=False, widget=MomentInput())
    assigned_to = ColleagueChoice(
        label=_("Who"), queryset=User.objects.none(), required=False, empty_label=_("Whoever comes first")
    )
    is_urgent = forms.BooleanField(label=_("Urgent"), required=False)
    in_plan = forms.BooleanField(label=_("Part of the action plan"), required=False)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        here = Membership.objects.current().filter(service=actor.service)
        self.fields["assigned_to"].queryset = User.objects.filter(memberships__in=here).order_by("name")  # type: ignore[attr-defined] # a ColleagueChoice
