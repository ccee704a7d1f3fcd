"""How a draft begins, and a text that comes as a file."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from protocols.draft_text import LONGEST
from protocols.refusals import TooLong

EMPTY, SHIPPED, AMEND, FILE = "empty", "shipped", "amend", "file"


def text_in(upload: Any) -> str:
    """A file's text, byte for byte.

    Raises:
        forms.ValidationError: none, too long, or no text.
    """
    if upload is None:
        raise forms.ValidationError(_("Choose the file of a protocol."))
    if (upload.size or 0) > LONGEST:
        raise forms.ValidationError(str(TooLong.message))
    try:
        text: str = upload.read().decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise forms.ValidationError(_("This file is not text in UTF-8."))
    return text


class StartForm(forms.Form):
    """What a new draft is begun of."""

    of = forms.ChoiceField(label=gettext_lazy("Begin with"), widget=forms.RadioSelect, initial=EMPTY)
    identifier = forms.CharField(
        label=gettext_lazy("Short name of the protocol"),
        help_text=gettext_lazy("For the empty one: small letters, numbers and hyphens, like entente-2027."),
        max_length=60,
        required=False,
        validators=[
            RegexValidator(
                r"^[a-z0-9]+(-[a-z0-9]+)*$",
                gettext_lazy("Only small letters without accents, numbers and hyphens."),
            )
        ],
    )
    shipped = forms.ChoiceField(label=gettext_lazy("Example"), required=False)
    version = forms.ChoiceField(label=gettext_lazy("Protocol to amend"), required=False)
    file = forms.FileField(
        label=gettext_lazy("File (YAML)"),
        help_text=gettext_lazy("As it was downloaded here, or written elsewhere: one megabyte at most."),
        required=False,
    )

    def __init__(
        self, *args: Any, shipped: list[tuple[str, str]], versions: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        ways = [
            (EMPTY, _("an empty protocol")),
            (SHIPPED, _("an example that comes with the application")),
            (AMEND, _("the text of a signed protocol, to amend it")),
            (FILE, _("a file")),
        ]
        self.fields["of"].choices = [way for way in ways if way[0] != AMEND or versions]  # type: ignore[attr-defined] # declared above
        self.fields["shipped"].choices = shipped  # type: ignore[attr-defined] # declared above
        self.fields["version"].choices = versions  # type: ignore[attr-defined] # declared above
        if not versions:
            del self.fields["version"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("of") == FILE:
            try:
                cleaned["text"] = text_in(cleaned.get("file"))
            except forms.ValidationError as wrong:
                self.add_error("file", wrong)
        return cleaned


class TextForm(forms.Form):
    """The whole text, and the revision that its writer started from."""

    text = forms.CharField(
        label=gettext_lazy("Text of the protocol (YAML)"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "false", "data-lines": True, "wrap": "off"}),
    )
    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class UploadForm(forms.Form):
    """A file that takes the place of the text."""

    file = forms.FileField(
        label=gettext_lazy("File (YAML)"),
        help_text=gettext_lazy(
            "It takes the place of the whole text; what stood there stays among the saves."
        ),
        error_messages={"required": gettext_lazy("Choose the file of a protocol.")},
    )
    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("file"):
            try:
                cleaned["text"] = text_in(cleaned["file"])
            except forms.ValidationError as wrong:
                self.add_error("file", wrong)
        return cleaned
