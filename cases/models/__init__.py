"""A service's own files."""

from cases.models.agreement import Agreement
from cases.models.case import Case, CaseGrant, GlassBreak
from cases.models.change import CaseChange, ChangeKind
from cases.models.facts import Incident, IncidentKind, Measure, MeasureKind, MeasureStatus
from cases.models.notes import Draft, Note, NoteKind, Task
from cases.models.people import NameToken, Person, PersonRole
from cases.models.ratings import ExternalRating

__all__ = [
    "Agreement",
    "Case",
    "CaseChange",
    "CaseGrant",
    "ChangeKind",
    "Draft",
    "ExternalRating",
    "GlassBreak",
    "Incident",
    "IncidentKind",
    "Measure",
    "MeasureKind",
    "MeasureStatus",
    "NameToken",
    "Note",
    "NoteKind",
    "Person",
    "PersonRole",
    "Task",
]
