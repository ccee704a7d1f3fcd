"""An urgency as a form: what it is called, by when it is acknowledged and answered, who is told when it is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from protocols.forms.delays import DelayField
from protocols.forms.parts import PartForm, tidy
from protocols.models import Exchange

FIRST = "-"
KEYS = ("label", "acknowledge", "answer", "ladder")
RUNGS = 3
RUNG = {
    "who": gettext_lazy("Who is told"),
    "step": gettext_lazy("Without acknowledgement after"),
    "place": gettext_lazy("Order"),
    "sender": gettext_lazy("What the sender is asked then"),
}
WHO = [("referent", gettext_lazy("the référent·e")), ("direction", gettext_lazy("the direction"))]
SINCE = [
    ("handover", gettext_lazy("from the hand-over")),
    ("acknowledgement", gettext_lazy("from the acknowledgement")),
]


class UrgencyForm(PartForm):
    """One urgency among the others. What its text says beside these fields is kept.

    Args:
        written: the urgency as the file says it, {} for a new one.
        others: the other urgencies' codes and names, the most urgent first.
        code: what rules call it; "" asks for it.
    """

    code = forms.RegexField(
        r"^[a-z0-9]+([-_][a-z0-9]+)*$",
        label=gettext_lazy("Short name of the urgency"),
        help_text=gettext_lazy(
            "Rules call it so; it stays as it is from then on. Screens know red, orange, concerted and yellow, and "
            "reminder for the end of a measure: under another code nothing may be sent. Only red, then orange, go "
            "before all others."
        ),
        max_length=Exchange._meta.get_field("urgency").max_length,
        error_messages={"invalid": gettext_lazy("Only small letters without accents, numbers and hyphens.")},
    )
    label = forms.CharField(
        label=gettext_lazy("Name on the screens"),
        help_text=gettext_lazy("Like “alerte rouge”."),
        max_length=80,
    )
    after = forms.ChoiceField(label=gettext_lazy("Its place"))
    acknowledge = DelayField(
        label=gettext_lazy("To be acknowledged within"),
        help_text=gettext_lazy(
            "Here and below, minutes and hours run in the hours of whoever must act; working ones in the working "
            "hours of the protocol."
        ),
        required=False,
    )
    answer = DelayField(label=gettext_lazy("First answer within"), required=False)
    answer_from = forms.ChoiceField(
        label=gettext_lazy("The answer's delay runs"), choices=SINCE, initial=SINCE[0][0]
    )

    def __init__(
        self,
        *args: Any,
        written: Mapping[str, Any],
        others: Mapping[str, str],
        code: str = "",
        after: str = FIRST,
        **kwargs: Any,
    ) -> None:
        self.written, self.others = dict(written), others
        said = self.written.get("ladder")
        ladder = said if isinstance(said, list) else []
        kwargs["initial"] = self._initial(ladder) | {"after": after} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        if code:
            del self.fields["code"]
        places = [(FIRST, _("the most urgent"))]
        places += [(each, _("just below %(urgency)s") % {"urgency": name}) for each, name in others.items()]
        self.fields["after"].choices = places  # type: ignore[attr-defined] # a ChoiceField
        self.rungs = max(RUNGS, len(ladder) + 1)
        for n in range(self.rungs):
            self._add_rung(n)

    def _add_rung(self, n: int) -> None:
        labels = {
            name: _("Rung %(n)s: %(what)s") % {"n": n + 1, "what": str(what).lower()}
            for name, what in RUNG.items()
        }
        self.fields[f"place_{n}"] = forms.TypedChoiceField(
            label=labels["place"],
            choices=[(str(k + 1), str(k + 1)) for k in range(self.rungs)],
            coerce=int,
            initial=str(n + 1),
            required=False,
            empty_value=n + 1,  # type: ignore[arg-type] # what `coerce` would make of it
        )
        self.fields[f"who_{n}"] = forms.ChoiceField(
            label=labels["who"], choices=[("", _("(no rung)")), *WHO], required=False
        )
        self.fields[f"step_{n}"] = DelayField(label=labels["step"], required=False)
        self.fields[f"sender_{n}"] = forms.CharField(label=labels["sender"], max_length=300, required=False)

    def _initial(self, ladder: list[Any]) -> dict[str, Any]:
        said = self.written
        initial: dict[str, Any] = {key: said[key] for key in ("label", "acknowledge") if key in said}
        if isinstance(answer := said.get("answer"), dict):
            initial["answer"] = answer.get("within")
            initial |= {"answer_from": answer["from"]} if answer.get("from") in dict(SINCE) else {}
        for n, rung in enumerate(ladder):
            step = rung if isinstance(rung, dict) else {}
            initial |= {f"who_{n}": step.get("who"), f"step_{n}": step.get("after")}
            initial |= {f"sender_{n}": step.get("sender", "")}
        return initial

    def ladder_rows(self) -> list[list[tuple[str, forms.BoundField]]]:
        """Each rung's fields, called as they are inside it."""
        return [[(str(what), self[f"{name}_{n}"]) for name, what in RUNG.items()] for n in range(self.rungs)]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code in self.others:
            raise forms.ValidationError(_("Another urgency has this short name."))
        return code

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for n in range(self.rungs):
            who, step = cleaned.get(f"who_{n}"), cleaned.get(f"step_{n}")
            if who and not step and f"step_{n}" not in self.errors:
                self.add_error(f"step_{n}", _("Say after how long, or take the rung out: “(no rung)”."))
            if not who and (step or cleaned.get(f"sender_{n}")) and f"who_{n}" not in self.errors:
                self.add_error(f"who_{n}", _("Say who is told, or empty this rung."))
        return cleaned

    def urgency(self) -> dict[str, Any]:
        """As the file says it."""
        said = self.cleaned_data
        urgency: dict[str, Any] = {"label": tidy(said["label"])}
        if said["acknowledge"]:
            urgency["acknowledge"] = said["acknowledge"]
        if said["answer"]:
            urgency["answer"] = {"within": said["answer"], "from": said["answer_from"]}
        if ladder := self._ladder():
            urgency["ladder"] = ladder
        return urgency | {key: value for key, value in self.written.items() if key not in KEYS}

    def _ladder(self) -> list[dict[str, Any]]:
        said = self.cleaned_data
        rungs = []
        for n in sorted(range(self.rungs), key=lambda n: (said[f"place_{n}"], n)):
            if not said[f"who_{n}"]:
                continue
            rung = {"after": said[f"step_{n}"], "who": said[f"who_{n}"]}
            if sentence := tidy(said[f"sender_{n}"]):
                rung["sender"] = sentence
            rungs.append(rung)
        return rungs
