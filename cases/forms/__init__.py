"""What is typed about a case. Rules stand in the services; forms read, offer and keep."""

from cases.forms.agreements import AgreementForm
from cases.forms.facts import ChangeMeasureForm, IncidentForm, MeasureForm
from cases.forms.notes import ContactForm, TaskForm
from cases.forms.opening import CloseForm, OpenCaseForm, SummaryForm
from cases.forms.people import PersonForm
from cases.forms.ratings import RatingForm, WithdrawRatingForm
from cases.forms.team import GlassForm, TeamForm

__all__ = [
    "AgreementForm",
    "ChangeMeasureForm",
    "CloseForm",
    "ContactForm",
    "GlassForm",
    "IncidentForm",
    "MeasureForm",
    "OpenCaseForm",
    "PersonForm",
    "RatingForm",
    "SummaryForm",
    "TaskForm",
    "TeamForm",
    "WithdrawRatingForm",
]
