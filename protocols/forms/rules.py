"""A rule as a form: when it holds, what it does, what goes from whom to whom, on which terms."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.forms.inputs import text_area
from pole.calendar import Delay
from protocols.forms.conditions import ALONE, WrongLine, plain_of, questions, rows_of
from protocols.forms.parts import PartForm, tidy
from protocols.terms import AGREEMENT, Protocol

DUTY, SHARE, AGREED, HOLD, HELD = "duty", "share", "agreed", "hold", "held"
LINES = 5
UNITS = [
    ("minutes", gettext_lazy("minutes")),
    ("hours", gettext_lazy("hours")),
    ("working hours", gettext_lazy("working hours")),
    ("working days", gettext_lazy("working days")),
]


class RuleForm(PartForm):
    """Fields of one rule. What a condition says beyond the form's lines is kept as it is."""

    id = forms.RegexField(
        r"^[a-z0-9]+(-[a-z0-9]+)*$",
        label=gettext_lazy("Short name of the rule"),
        max_length=60,
        error_messages={"invalid": gettext_lazy("Only small letters without accents, numbers and hyphens.")},
    )
    joint = forms.ChoiceField(
        label=gettext_lazy("The rule applies if"),
        choices=[
            ("all", gettext_lazy("every line holds")),
            ("any", gettext_lazy("one of the lines holds")),
        ],
        widget=forms.RadioSelect,
        initial="all",
        required=False,
    )
    does = forms.ChoiceField(
        label=gettext_lazy("What it does then"),
        choices=[
            (DUTY, gettext_lazy("tells the sender what to do, and sends nothing")),
            (AGREED, gettext_lazy("sends with the agreement of the person; otherwise nothing leaves")),
            (HOLD, gettext_lazy("sends with the agreement of the person; otherwise the référent decides")),
            (SHARE, gettext_lazy("sends without agreement, on a legal basis")),
            (HELD, gettext_lazy("always waits for the référent, on a legal basis")),
        ],
        widget=forms.RadioSelect,
    )
    duty = forms.CharField(
        label=gettext_lazy("What to do"), required=False, widget=text_area(3), max_length=2000
    )
    senders = forms.MultipleChoiceField(
        label=gettext_lazy("Whose duty"), required=False, widget=forms.CheckboxSelectMultiple
    )
    urgency = forms.ChoiceField(label=gettext_lazy("Urgency"), required=False)
    amount = forms.IntegerField(
        label=gettext_lazy("To be sent within"), min_value=1, max_value=9999, required=False
    )
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), choices=UNITS, required=False)
    purposes = forms.MultipleChoiceField(
        label=gettext_lazy("Purposes"), required=False, widget=forms.CheckboxSelectMultiple
    )
    basis = forms.ChoiceField(label=gettext_lazy("Legal basis"), required=False)

    def __init__(self, *args: Any, protocol: Protocol, written: dict[str, Any] | None, **kwargs: Any) -> None:
        self.protocol, self.written = protocol, written or {}
        rows = rows_of(self.written["when"], protocol) if "when" in self.written else ("all", [])
        self.keeps_condition = rows is None or len(rows[1]) > LINES
        if not args and written:
            kwargs["initial"] = self._initial(rows) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        chosen: dict[str, Any] = {
            "senders": [(code, f"{party.label} ({code})") for code, party in protocol.parties.items()],
            "urgency": [("", "–"), *((code, each.label) for code, each in protocol.urgencies.items())],
            "purposes": list(protocol.purposes.items()),
            "basis": [("", "–"), *((c, b.label) for c, b in protocol.bases.items() if c != AGREEMENT)],
        }
        for name, choices in chosen.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined] # all of them are choices
        if self.keeps_condition:
            del self.fields["joint"]
        else:
            self._add_lines()
        self.pairs = list(protocol.matrix)
        for n, pair in enumerate(self.pairs):
            flow = protocol.matrix[pair]
            self._add_pair(f"agreed_{n}", pair, flow.agreed, _("with agreement"))
            self._add_pair(f"other_{n}", pair, flow.without, _("without agreement"))

    def _add_lines(self) -> None:
        asked = [("", _("(no line)")), *questions(self.protocol)]
        for n in range(LINES):
            self.fields[f"ask_{n}"] = forms.ChoiceField(
                label=_("Line {}: what is asked").format(n + 1), choices=asked, required=False
            )
            self.fields[f"value_{n}"] = forms.CharField(
                label=_("Line {}: value or codes").format(n + 1), max_length=500, required=False
            )

    def _add_pair(self, name: str, pair: tuple[str, str], allowed: frozenset[str], how: str) -> None:
        named = [(code, words) for code, words in self.protocol.categories.items() if code in allowed]
        self.fields[name] = forms.MultipleChoiceField(
            label=f"{pair[0]} → {pair[1]}, {how}",
            choices=named,
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def _initial(self, rows: tuple[str, list[tuple[str, str]]] | None) -> dict[str, Any]:
        said = self.written
        initial: dict[str, Any] = {
            key: said[key] for key in ("id", "duty", "urgency", "purposes", "basis") if key in said
        }
        initial["senders"] = said.get("from", [])
        initial["does"] = does_of(said)
        try:
            within = Delay.parse(said.get("within"))
            initial |= {"amount": within.amount, "unit": f"{'working ' * within.working}{within.unit}"}
        except ValueError:
            pass
        if rows:
            initial["joint"] = rows[0]
            for n, (asked, typed) in enumerate(rows[1][:LINES]):
                initial |= {f"ask_{n}": asked, f"value_{n}": typed}
        for n, pair in enumerate(self.protocol.matrix):
            name = " -> ".join(pair)
            initial[f"agreed_{n}"] = (said.get("agreed") or {}).get(name, [])
            other = said.get("share") or said.get("held") or {}
            initial[f"other_{n}"] = other.get(name, [])
        return initial

    def lines(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        return (
            [(self[f"ask_{n}"], self[f"value_{n}"]) for n in range(LINES)] if not self.keeps_condition else []
        )

    def flows(self) -> list[tuple[str, forms.BoundField, forms.BoundField]]:
        return [
            (f"{a} → {b}", self[f"agreed_{n}"], self[f"other_{n}"]) for n, (a, b) in enumerate(self.pairs)
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        does = cleaned.get("does")
        wanted = {
            DUTY: ("duty", "senders"),
            SHARE: ("urgency", "amount", "unit", "purposes", "basis"),
            HELD: ("urgency", "amount", "unit", "purposes", "basis"),
        }.get(does or "", ("urgency", "amount", "unit", "purposes"))
        for name in wanted if does else ():
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("This is needed for a rule that does this."))
        if does and does != DUTY:
            self._check_pairs(does, cleaned)
        if not self.keeps_condition:
            try:
                cleaned["when"] = self._condition(cleaned)
            except WrongLine as wrong:
                self.add_error(f"value_{wrong.line}", wrong.reason)
        return cleaned

    def _check_pairs(self, does: str, cleaned: dict[str, Any]) -> None:
        agreed, other = self._shares("agreed", cleaned), self._shares("other", cleaned)
        if not (agreed if does in {AGREED, HOLD} else other):
            self.add_error(None, _("Say what goes from whom to whom: tick at least one category."))
        if does == HOLD and agreed.keys() != other.keys():
            self.add_error(
                None, _("What the référent may send names the same pairs as what goes with agreement.")
            )

    def _condition(self, cleaned: dict[str, Any]) -> Any:
        rows, places = [], []
        for n in range(LINES):
            if asked := cleaned.get(f"ask_{n}"):
                rows.append((asked, cleaned.get(f"value_{n}") or ""))
                places.append(n)
            elif cleaned.get(f"value_{n}"):
                raise WrongLine(n, _("Choose what is asked on this line."))
        try:
            return plain_of(cleaned.get("joint") or "all", rows, self.protocol)
        except WrongLine as wrong:
            raise WrongLine(places[wrong.line], wrong.reason) from None

    def _shares(self, column: str, cleaned: dict[str, Any]) -> dict[str, list[str]]:
        """What each pair ticks, in the order in which the file said it before."""
        before = self.written.get("agreed") if column == "agreed" else None
        if column == "other":
            before = self.written.get("share") or self.written.get("held")
        shares = {}
        for n, pair in enumerate(self.pairs):
            name, ticked = " -> ".join(pair), cleaned.get(f"{column}_{n}") or []
            first = [code for code in (before or {}).get(name, []) if code in ticked]
            if ticked:
                shares[name] = first + [code for code in ticked if code not in first]
        return shares

    def rule(self) -> dict[str, Any]:
        """As the file says it."""
        said, does = self.cleaned_data, self.cleaned_data["does"]
        rule = {"id": said["id"], "when": said.get("when", self.written.get("when", "always"))}
        if does == DUTY:
            return rule | {"from": said["senders"], "duty": tidy(said["duty"])}
        within = Delay(
            said["amount"], said["unit"].removeprefix("working "), said["unit"].startswith("working")
        )
        before = [code for code in self.written.get("purposes", []) if code in said["purposes"]]
        purposes = before + [code for code in said["purposes"] if code not in before]
        rule |= {"urgency": said["urgency"], "within": str(within), "purposes": purposes}
        agreed, other = self._shares("agreed", said), self._shares("other", said)
        match does:
            case "share" | "held":
                return rule | {"basis": said["basis"], does: other}
            case "hold":
                return rule | {"otherwise": "hold", "agreed": agreed, "held": other}
        return rule | {"otherwise": "nothing", "agreed": agreed}


def does_of(written: dict[str, Any]) -> str:
    """Which of the five a rule is, as far as it says."""
    if "duty" in written:
        return DUTY
    if "share" in written:
        return SHARE
    if "agreed" in written:
        return HOLD if written.get("otherwise") == "hold" else AGREED
    return HELD if "held" in written else ""


__all__ = ["ALONE", "RuleForm", "does_of"]
