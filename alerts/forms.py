"""Forms of the last steps: answer, decide, choose a level, second, link."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alerts.models import Outcome, Relevance
from assessment.grid import Grid
from cases.models import Case, PersonRole
from cases.refusals import NotAnOpenCase
from pole.tenancy.actor import Actor
from pole.tenancy.models import Service
from protocols.terms import Protocol

TEXT = {"rows": 3}


class ContestsField(forms.BooleanField):
    """Whether a recipient contests the alert."""

    def __init__(self) -> None:
        super().__init__(
            required=False,
            label=_("We contest this alert: open a disagreement with its sender"),
            help_text=_(
                "For an alert refused, too much or not for you. The référents of both services deal with it, "
                "without blame."
            ),
        )


class AnswerForm(forms.Form):
    """What the sender is always told."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=Outcome, widget=forms.RadioSelect)
    message = forms.CharField(
        label=_("Words for the sender"),
        required=False,
        widget=forms.Textarea(attrs=TEXT),
        help_text=_(
            "Who does what next, by when; or why not, and where to turn. Nothing your secrecy covers."
        ),
    )
    contests = ContestsField()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("outcome") not in (None, Outcome.TAKEN_ON) and not cleaned.get("message", "").strip():
            self.add_error("message", _("Say why, in a few words: the sender must know what to do next."))
        return cleaned


class RelevanceForm(forms.Form):
    """Whether an alert was of use: for its sender, and for the figures of the cooperation.

    It stands beside the answer's form on one page: its fields have ids of their own.
    """

    mark = forms.ChoiceField(
        label=_("This alert was"),
        choices=Relevance,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the four.")},
    )
    line = forms.CharField(
        label=_("In a line"),
        required=False,
        max_length=300,
        help_text=_("For the sender, if you like. Nothing your secrecy covers."),
    )
    contests = ContestsField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "relevance_%s"} | kwargs)


class MessageForm(forms.Form):
    """A question or an answer under an alert."""

    text = forms.CharField(
        label=_("Your message"),
        widget=forms.Textarea(attrs=TEXT),
        max_length=4000,
        help_text=_("A question, or an answer to one. Nothing your secrecy covers; urgent: call."),
        error_messages={"required": _("Write your question or your answer.")},
    )


class AdviceForm(forms.Form):
    """A question that names nobody."""

    adviser = forms.ChoiceField(label=_("Whom you ask"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("Your question"),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=4000,
        help_text=_(
            "What happens, what you hesitate about, what you expect. No name, address, telephone, date of birth, "
            "nor anything by which the people could be recognised."
        ),
        error_messages={"required": _("Write your question.")},
    )

    def __init__(self, *args: Any, advisers: Sequence[Service], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.advisers = {str(adviser.pk): adviser for adviser in advisers}
        field = self.fields["adviser"]
        field.choices = [(key, adviser.name) for key, adviser in self.advisers.items()]  # type: ignore[attr-defined] # a ChoiceField
        if len(self.advisers) == 1:
            field.initial, field.widget = next(iter(self.advisers)), forms.HiddenInput()

    def clean_adviser(self) -> Service:
        return self.advisers[self.cleaned_data["adviser"]]


class AdviceGivenForm(forms.Form):
    """The advice, which names nobody either."""

    text = forms.CharField(
        label=_("Your advice"),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=4000,
        help_text=_("Neither you nor whoever asks says who it is about: answer on what was written."),
        error_messages={"required": _("Write your advice.")},
    )


class ByHandForm(forms.Form):
    """What a professional tells with an alert that no reading ordered, and what of the case goes with it."""

    happened = forms.CharField(
        label=_("What happened"),
        widget=forms.Textarea(attrs=TEXT),
        max_length=2000,
        help_text=_("The fact, its day, and how you know it. Not the content of an interview."),
        error_messages={"required": _("Say what happened, when, and how you know it.")},
    )
    asked = forms.CharField(
        label=_("What you ask"),
        widget=forms.Textarea(attrs=TEXT),
        max_length=1000,
        error_messages={"required": _("Say what you ask of them: they must know what to do.")},
    )
    avoid = forms.CharField(
        label=_("What not to do"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=1000,
        help_text=_("“Do not call the home”, “he does not know that she spoke”…"),
    )
    categories = forms.MultipleChoiceField(
        label=_("What leaves of the case"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Take out what is not needed. Nothing can be added."),
        error_messages={
            "required": _("Leave at least one category: an alert about nobody and nothing can’t be acted on.")
        },
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["categories"].choices = choices  # type: ignore[attr-defined] # a MultipleChoiceField
        self.fields["categories"].initial = [code for code, _label in choices]


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


class RecallForm(forms.Form):
    """Why an alert is taken back."""

    because = forms.CharField(
        label=_("Why it no longer holds"),
        widget=forms.Textarea(attrs=TEXT),
        help_text=_(
            "The recipient reads it: what was wrong, and what still holds. Nothing your secrecy covers."
        ),
        error_messages={
            "required": _("Say why: whoever received it reads it, and must know what still holds.")
        },
    )


class DecisionForm(forms.Form):
    """The référent's decision on a held alert."""

    RELEASE, DROP = "release", "drop"
    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[(RELEASE, _("Send it, on another basis")), (DROP, _("Do not send it"))],
        widget=forms.RadioSelect,
    )
    basis = forms.ChoiceField(
        label=_("Legal basis"), required=False, help_text=_("Needed to send: the agreement is missing.")
    )
    left_out = forms.MultipleChoiceField(
        label=_("Take out of what leaves"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick what the recipient does not need. Nothing can be added."),
    )
    motive = forms.CharField(
        label=_("Motive"),
        widget=forms.Textarea(attrs=TEXT),
        help_text=_("What danger, why no other means, why this minimum. It stays on record."),
        error_messages={"required": _("Write the motive: it stays with the decision.")},
    )

    def __init__(
        self,
        *args: Any,
        protocol: Protocol,
        bases: list[str],
        categories: Iterable[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        held = [(code, protocol.categories[code]) for code in sorted(categories)]
        self.fields["left_out"].choices = held  # type: ignore[attr-defined] # a MultipleChoiceField
        labels = [(code, protocol.bases[code].label) for code in bases]
        self.fields["basis"].choices = [("", _("Choose a basis")), *labels]  # type: ignore[attr-defined] # a ChoiceField

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("decision") == self.RELEASE and not cleaned.get("basis"):
            self.add_error("basis", _("Choose the basis on which it leaves."))
        return cleaned


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
        levels = [(value, f"{value} – {level.label}") for value, level in grid.levels.items() if value]
        types = [(code, f"{code} – {line.label}") for code, line in grid.dynamics.items()]
        self.fields["chosen"].choices = [("", _("as suggested")), *sorted(levels)]  # type: ignore[attr-defined] # a ChoiceField
        self.fields["chosen_dynamics"].choices = [("", _("as suggested")), *types]  # type: ignore[attr-defined] # a ChoiceField


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

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("answer") == self.KEEP and not cleaned.get("motive", "").strip():
            self.add_error(
                "motive", _("Answer what was asked: the second reader reads it next to the question.")
            )
        return cleaned


class CaseChoice(forms.ModelChoiceField):  # type: ignore[type-arg] # not generic at run time
    """A case by its reference and the person followed: who chooses sees them anyway."""

    def label_from_instance(self, case: Case) -> str:
        names = [person.full_name for person in case.people.all() if person.role == PersonRole.FOLLOWED]
        return " · ".join([case.reference, *names])


class LinkForm(forms.Form):
    """Which of my cases a received alert is about."""

    case = CaseChoice(
        label=_("Your case"),
        queryset=Case.objects.none(),
        to_field_name="pk",
        empty_label=_("Choose a case"),
        error_messages={
            "required": _("Choose the case that this message is about."),
            "invalid_choice": NotAnOpenCase.message,
        },
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cases = Case.objects.visible_to(actor).filter(service=actor.service).open()
        self.fields["case"].queryset = self.cases.order_by("-active_at").prefetch_related("people")  # type: ignore[attr-defined] # a ModelChoiceField

    @property
    def has_cases(self) -> bool:
        return self.cases.exists()
