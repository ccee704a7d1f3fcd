"""The four lines of what leaves without agreement, and their review."""

from django import forms
from django.utils.translation import gettext_lazy as _

from alerts.forms import TEXT

LINE = 300


class EmergencyForm(forms.Form):
    """Four short lines on what left without agreement. None is demanded: it has left."""

    danger = forms.CharField(
        label=_("The danger"),
        help_text=_("Which one; what makes it grave and imminent."),
        required=False,
        max_length=LINE,
    )
    protects = forms.CharField(
        label=_("Whom or what it protects"),
        help_text=_("A life, a child, somebody’s physical safety…"),
        required=False,
        max_length=LINE,
    )
    no_other_means = forms.CharField(
        label=_("Why no other means"),
        help_text=_("Why the agreement could not be waited for, and what else was thought of."),
        required=False,
        max_length=LINE,
    )
    minimum = forms.CharField(
        label=_("Why this much, and no more"),
        help_text=_("What the recipient needs in order to act."),
        required=False,
        max_length=LINE,
    )


class LinesForm(EmergencyForm):
    """The same four beside the button that sends. They stop nothing: what is too long is cut, as the browser does."""

    prefix = "line"

    @property
    def has_words(self) -> bool:
        return any(self.typed().values())

    def typed(self) -> dict[str, str]:
        """The lines as far as they were typed, right or wrong."""
        said = {name: self.data.get(self.add_prefix(name), "") for name in self.fields}
        return {name: text.replace("\x00", "").strip()[:LINE] for name, text in said.items()}


class EmergencyReviewForm(forms.Form):
    """The référent's word on it."""

    YES, NO = "yes", "no"
    founded = forms.ChoiceField(
        label=_("Your review"),
        choices=[
            (YES, _("It was founded: grave danger, no other means, the minimum")),
            (NO, _("It was not, or not quite")),
        ],
        widget=forms.RadioSelect,
    )
    review = forms.CharField(
        label=_("Why"),
        widget=forms.Textarea(attrs=TEXT),
        help_text=_("What you looked at; what is to be done differently. It stays on record."),
        error_messages={"required": _("Say why, in a few words: it stays with the review.")},
    )
