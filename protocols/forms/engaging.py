"""What engages a service is asked for with both factors, in the form that does it."""

from typing import Any

from django import forms
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pole.accounts.again import BothFactorsForm
from pole.clock import database_now
from pole.dates import in_words
from protocols.ending import notice_ends, notice_of
from protocols.sentences import delay_words
from protocols.terms import Protocol

MOTIVE = {"rows": 3}


class SignForm(BothFactorsForm):
    """The hash of what was shown travels with the form: another text is not signed."""

    sha256 = forms.CharField(widget=forms.HiddenInput)


class DeclineForm(forms.Form):
    motive = forms.CharField(
        label=gettext_lazy("Why your service does not sign"),
        max_length=4000,
        widget=forms.Textarea(attrs=MOTIVE),
        help_text=gettext_lazy(
            "All parties read it: which article, and what would do. No name of anybody followed."
        ),
        error_messages={"required": gettext_lazy("Say why in a few words: the other parties read them.")},
    )


class ResumeForm(BothFactorsForm):
    motive = forms.CharField(
        label=gettext_lazy("What has become clear (if you wish)"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs=MOTIVE),
        help_text=gettext_lazy("All parties read it. No name of anybody followed."),
    )
    field_order = ["motive", "password", "code"]


class EndForm(BothFactorsForm):
    """With the notice that the text states, or at once; the date is said in the choice itself."""

    at_once = forms.TypedChoiceField(
        label=gettext_lazy("From when"), coerce=lambda value: value == "now", widget=forms.RadioSelect
    )
    motive = forms.CharField(
        label=gettext_lazy("Why"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs=MOTIVE),
        help_text=gettext_lazy("All parties read it; at once, it is needed. No name of anybody followed."),
    )
    field_order = ["at_once", "motive", "password", "code"]

    def __init__(self, *args: Any, protocol: Protocol, may_notice: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("now", _("At once: from this minute on nothing leaves"))]
        notice = notice_of(protocol)
        if notice and may_notice:
            ends = localtime(notice_ends(protocol, database_now()), protocol.zone)
            words = _("With the notice that the text states (%(notice)s): from %(moment)s on")
            said = {"notice": delay_words(notice), "moment": in_words(ends, "j F Y, H:i")}
            choices.insert(0, ("notice", words % said))
        self.fields["at_once"].choices = choices  # type: ignore[attr-defined] # the field is one of choices

    def clean(self) -> dict[str, Any]:
        """The motive is asked for before the code is spent."""
        if self.cleaned_data.get("at_once") and not self.cleaned_data.get("motive", "").strip():
            self.add_error("motive", _("At once: say why, the other parties read it."))
        return super().clean()
