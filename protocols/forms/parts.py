"""Small parts of a protocol as forms: its heading, an article, a line of the matrix, its parties."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.forms.inputs import DayInput, text_area
from pole.tenancy.models import Service
from protocols.terms import Flow, Protocol

COLUMNS = ("both", "agreed", "without")
NEVER = ""


class PartForm(forms.Form):
    """Names the revision that its writer started from."""

    revision = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


def tidy(text: str) -> str:
    """Paragraphs as typed; blanks at the ends of lines, and several in a row, are no part of a text of law."""
    lines = text.replace("\r\n", "\n").strip().split("\n")
    return "\n".join(" ".join(part for part in line.split(" ") if part) for line in lines)


class HeadingForm(PartForm):
    """What the protocol is called, and its days."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    protocol = forms.CharField(
        label=gettext_lazy("Short name of the protocol"),
        max_length=60,
        validators=[
            RegexValidator(
                r"^[a-z0-9]+(-[a-z0-9]+)*$",
                gettext_lazy("Only small letters without accents, numbers and hyphens."),
            )
        ],
    )
    version = forms.CharField(label=gettext_lazy("Version"), max_length=20)
    first = forms.DateField(label=gettext_lazy("In force from"), widget=DayInput())
    last = forms.DateField(label=gettext_lazy("Last day in force"), widget=DayInput())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "first" in cleaned and "last" in cleaned and cleaned["last"] < cleaned["first"]:
            self.add_error("last", _("It ends before it begins."))
        return cleaned


class ArticleForm(PartForm):
    """One article: its number and its text."""

    number = forms.CharField(
        label=gettext_lazy("Number"), help_text=gettext_lazy("Like 4, or 4 §2."), max_length=20
    )
    text = forms.CharField(label=gettext_lazy("Text"), max_length=20_000, widget=text_area(12))
    orders_nothing = forms.BooleanField(
        label=gettext_lazy("This article is for people alone: no rule encodes it"), required=False
    )

    def __init__(self, *args: Any, taken: Sequence[str], may_order_nothing: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.taken = taken
        if not may_order_nothing:
            del self.fields["orders_nothing"]

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"]
        if number in self.taken:
            raise forms.ValidationError(_("Another article has this number."))
        return number

    def clean_text(self) -> str:
        return tidy(self.cleaned_data["text"])


class CellForm(PartForm):
    """From one party to another: each category in one of four ways."""

    identity = forms.BooleanField(
        label=gettext_lazy("The identity of the person goes along"), required=False, initial=True
    )

    def __init__(self, *args: Any, protocol: Protocol, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = [
            ("both", _("with agreement or without")),
            ("agreed", _("only with agreement")),
            ("without", _("only without agreement")),
            (NEVER, _("never")),
        ]
        self.codes = [code for code in protocol.categories if code not in protocol.never]
        for code in self.codes:
            self.fields[code] = forms.ChoiceField(
                label=f"{protocol.categories[code]} ({code})",
                choices=ways,
                widget=forms.RadioSelect,
                required=False,
            )

    def of_categories(self) -> list[forms.BoundField]:
        return [self[code] for code in self.codes]

    def cell(self, before: Mapping[str, Any] = MappingProxyType({})) -> dict[str, Any]:
        """As the file says it; empty if nothing crosses.

        Args:
            before: the cell as it stands in the file: what stays keeps the order that its authors gave.
        """
        said: dict[str, Any] = {}
        for way in COLUMNS:
            codes = [code for code in self.codes if self.cleaned_data[code] == way]
            stays = [code for code in before.get(way, []) if code in codes]
            if codes:
                said[way] = stays + [code for code in codes if code not in stays]
        if said and not self.cleaned_data["identity"]:
            said["identity"] = False
        return said


def ways_of(protocol: Protocol, flow: Flow | None) -> dict[str, str]:
    """How each category may cross in a cell, as `CellForm` asks it."""
    return {code: _way(flow, code) if flow else NEVER for code in protocol.categories}


def _way(flow: Flow, code: str) -> str:
    if code in flow.agreed:
        return "both" if code in flow.without else "agreed"
    return "without" if code in flow.without else NEVER


class PartiesForm(forms.Form):
    """Which service is which party."""

    def __init__(
        self, *args: Any, labels: Mapping[str, str], services: Sequence[Service], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.services = {service.slug: service for service in services}
        choices = [("", _("not said yet")), *((service.slug, service.name) for service in services)]
        for code, label in labels.items():
            self.fields[code] = forms.ChoiceField(label=f"{code} – {label}", choices=choices, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        said = [slug for slug in cleaned.values() if slug]
        for code, slug in list(cleaned.items()):
            if slug and said.count(slug) > 1:
                self.add_error(code, _("This service stands here twice."))
        return cleaned

    def parties(self) -> dict[str, Service]:
        return {code: self.services[slug] for code, slug in self.cleaned_data.items() if slug}
