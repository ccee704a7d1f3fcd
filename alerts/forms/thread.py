"""A word under an alert, either way."""

from django import forms
from django.utils.translation import gettext_lazy as _

from alerts.forms import TEXT


class MessageForm(forms.Form):
    """A question or an answer under an alert."""

    text = forms.CharField(
        label=_("Your message"),
        widget=forms.Textarea(attrs=TEXT),
        max_length=4000,
        help_text=_("A question, or an answer to one. Nothing your secrecy covers; urgent: call."),
        error_messages={"required": _("Write your question or your answer.")},
    )
