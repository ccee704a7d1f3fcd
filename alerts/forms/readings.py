"""The level a reading ends with: chosen, seconded, sent back."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alerts.forms import TEXT
from alerts.forms.levels import offer_level_and_type
from assessment.grid import Grid


class LevelForm(forms.Form):
    """The practitioner's own level and type; as suggested unless they say otherwise."""

    chosen = forms.TypedChoiceField(
        label=_("Severity you retain"), coerce=int, empty_value=None, required=False, widget=forms.RadioSelect
    )
    chosen_dynamics = forms.ChoiceField(label=_("Dynamics you retain"), required=False)
    motive = forms.CharField(
        label=_("Motive"),
        required=False,
        widget=forms.Textarea(attrs=TEXT),
        help_text=_("Needed to lower the level or change the type; it stays on record."),
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, grid: Grid, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_level_and_type(
            self, level="chosen", dynamics="chosen_dynamics", grid=grid, otherwise=_("as suggested")
        )


class SecondForm(forms.Form):
    """The second reader's word on a lowered level."""

    AGREE, DISAGREE, BACK = "agree", "disagree", "back"
    word = forms.ChoiceField(
        label=_("Your reading"),
        choices=[
            (AGREE, _("I agree with the lower level")),
            (DISAGREE, _("I do not agree: the suggested level stays")),
            (BACK, _("I ask the author back: the suggested level counts meanwhile")),
        ],
        widget=forms.RadioSelect,
    )
    motive = forms.CharField(label=_("Why, or what you ask"), widget=forms.Textarea(attrs=TEXT))


class SentBackForm(forms.Form):
    """The author's answer to a second reader who asked back."""

    KEEP, TAKE = "keep", "take"
    answer = forms.ChoiceField(
        label=_("Your answer"),
        choices=[
            (KEEP, _("I keep the lower level and write the motive anew")),
            (TAKE, _("I take the level that the grid suggests")),
        ],
        widget=forms.RadioSelect,
    )
    motive = forms.CharField(label=_("Motive"), required=False, widget=forms.Textarea(attrs=TEXT))

    def __init__(self, *args: Any, may_take: bool, **kwargs: Any) -> None:
        """`may_take`: the grid suggests more than was chosen, which the author may take after all."""
        super().__init__(*args, **kwargs)
        if not may_take:
            fields: dict[str, Any] = dict(self.fields)
            fields["answer"].choices = [each for each in fields["answer"].choices if each[0] != self.TAKE]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("answer") == self.KEEP and not cleaned.get("motive", "").strip():
            self.add_error(
                "motive", _("Answer what was asked: the second reader reads it next to the question.")
            )
        return cleaned
