"""Everything that changes a case: one transaction each, audited, by a named actor."""

from cases.services.agreements import confirm_agreement, record_agreement, withdraw_agreement
from cases.services.drafts import draft_of, save_draft
from cases.services.facts import change_measure, record_incident, record_measure
from cases.services.glass import break_glass, review_glass
from cases.services.notes import log_contact
from cases.services.opening import change_case, close_case, open_case, reopen_case
from cases.services.people import add_person, change_person
from cases.services.ratings import record_rating, restore_rating, withdraw_rating
from cases.services.tasks import add_task, complete_task
from cases.services.team import assign, remove, restrict

__all__ = [
    "add_person",
    "add_task",
    "assign",
    "break_glass",
    "change_case",
    "change_measure",
    "change_person",
    "close_case",
    "complete_task",
    "confirm_agreement",
    "draft_of",
    "log_contact",
    "open_case",
    "record_agreement",
    "record_incident",
    "record_measure",
    "record_rating",
    "remove",
    "reopen_case",
    "restore_rating",
    "restrict",
    "review_glass",
    "save_draft",
    "withdraw_agreement",
    "withdraw_rating",
]
