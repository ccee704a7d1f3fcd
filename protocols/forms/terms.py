"""Data categories and legal bases of a protocol as forms. What the project knows is offered; its authors decide."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.forms.inputs import text_area
from pole import legal
from protocols.forms.parts import PartForm, tidy

OTHER = "-"
"""Chosen in place of what the project knows."""


class CategoryForm(PartForm):
    """A kind of data that may cross, or never does.

    Args:
        taken: codes that the text has already; None where a category is changed, whose code stays.
    """

    known = forms.ChoiceField(label=gettext_lazy("Category"))
    code = forms.RegexField(
        r"^[A-Za-z0-9]+([_-][A-Za-z0-9]+)*$",
        label=gettext_lazy("Code of another category"),
        help_text=gettext_lazy(
            "The text names it so; it stays as it is from then on. Nothing carries a category of the text's own: it "
            "can be said never to cross, and no rule may share it."
        ),
        max_length=10,
        required=False,
        error_messages={"invalid": gettext_lazy("Only letters without accents, numbers and hyphens.")},
    )
    label = forms.CharField(
        label=gettext_lazy("Name, and what it contains"),
        help_text=gettext_lazy(
            "Like “lecture (dynamique, criticité, marqueurs)”: who signs and who receives read it."
        ),
        max_length=200,
        required=False,
    )
    never = forms.BooleanField(
        label=gettext_lazy("It never crosses, to anybody, on any basis"), required=False
    )

    def __init__(self, *args: Any, taken: Collection[str] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.taken = taken
        if taken is None:
            del self.fields["known"], self.fields["code"]
            self.fields["label"].required = True
            return
        offered = [each for each in legal.categories() if each.code not in taken]
        self.fields["known"].choices = [  # type: ignore[attr-defined] # a ChoiceField
            (OTHER, _("another one: its code and name are given below")),
            *((each.code, f"{each.label} ({each.code})") for each in offered),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.taken is None:
            return cleaned
        known = next((each for each in legal.categories() if each.code == cleaned.get("known")), None)
        if known:
            cleaned["code"], cleaned["label"] = known.code, cleaned.get("label") or known.label
            return cleaned
        for name in ("code", "label"):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("Choose a category above, or give this one a code and a name."))
        if cleaned.get("code") in self.taken:
            self.add_error("code", _("Another category has this code."))
        return cleaned

    def words(self) -> str:
        return tidy(self.cleaned_data["label"])


class BasisForm(PartForm):
    """What makes a message lawful, as the text cites it.

    Args:
        written: the basis as the file says it, {} for a new one.
        taken: codes that the text has already; None where a basis is changed, whose code stays.
        articles: numbers of the articles it may rest on.
        day: the first day in force, whose numbering is cited where nothing is typed.
    """

    law = forms.ChoiceField(
        label=gettext_lazy("In the dated table of the law"),
        help_text=gettext_lazy(
            "Messages then cite the numbering that holds on the day they leave. The table stands below."
        ),
    )
    code = forms.RegexField(
        r"^[a-z0-9]+([_-][a-z0-9]+)*$",
        label=gettext_lazy("Short name of the basis"),
        help_text=gettext_lazy("Rules call it so. Left empty: as in the table."),
        max_length=30,
        required=False,
        error_messages={"invalid": gettext_lazy("Only small letters without accents, numbers and hyphens.")},
    )
    label = forms.CharField(
        label=gettext_lazy("What it is called"),
        help_text=gettext_lazy("Left empty: as in the table."),
        max_length=150,
        required=False,
    )
    article = forms.ChoiceField(label=gettext_lazy("Article of the protocol that it rests on"))
    reference = forms.CharField(
        label=gettext_lazy("Reference, as the signed text gives it"),
        help_text=gettext_lazy("Left empty: as the table cites it on the first day in force."),
        max_length=400,
        widget=text_area(3),
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        written: dict[str, Any],
        taken: Collection[str] | None,
        articles: Sequence[str],
        day: date,
        **kwargs: Any,
    ) -> None:
        said = {key: written[key] for key in ("law", "label", "article", "reference") if key in written}
        said["law"] = said.get("law", OTHER)
        kwargs["initial"] = said | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.written, self.taken, self.day = written, taken, day
        if taken is not None:
            numbers = list(articles)
        else:
            del self.fields["code"]
            now = written.get("article")
            numbers = [*articles, *([now] if isinstance(now, str) and now not in articles else [])]
        self.fields["article"].choices = [(number, number) for number in numbers]  # type: ignore[attr-defined] # a ChoiceField
        self.fields["law"].choices = [  # type: ignore[attr-defined] # both are ChoiceFields
            (OTHER, _("none of these: only the words below")),
            *((code, basis.label) for code, basis in legal.bases().items()),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        law = legal.bases().get(cleaned.get("law") or "")
        offered = {
            "label": law.label if law else "",
            "reference": law.reference_on(self.day) if law else "",
            "code": law.code if law and self.taken is not None else "",
        }
        for name, words in offered.items():
            if name in self.fields and not cleaned.get(name) and name not in self.errors:
                cleaned[name] = words
                if not words:
                    self.add_error(name, _("The table has no words for this: write it here."))
        if self.taken and cleaned.get("code") in self.taken:
            self.add_error("code", _("Another basis has this short name: give this one its own."))
        return cleaned

    def basis(self) -> dict[str, Any]:
        """As the file says it."""
        said = self.cleaned_data
        basis = {**self.written, "label": tidy(said["label"]), "article": said["article"]}
        basis.pop("law", None)
        if said["law"] != OTHER:
            basis["law"] = said["law"]
        return basis | {"reference": tidy(said["reference"])}
