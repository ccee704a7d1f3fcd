"""The people of a case, and the tokens by which their names are found."""

from typing import Any

from django.db import transaction

from cases.models import Case, NameToken, Person, PersonRole
from cases.refusals import NotOfThisCase, SecondFollowed
from cases.services.drafts import drop_draft
from cases.services.writing import may_write, written
from pole.crypto.blind import tokens_to_store
from pole.tenancy.actor import Actor

NAMES = "name"  # the blind index's purpose
PERSON_FIELDS = (
    "sex",
    "first_name",
    "last_name",
    "birth_date",
    "language",
    "phone",
    "safe_hours",
    "code_word",
    "never_contact",
    "may_leave_message",
    "address",
)


@transaction.atomic
def add_person(*, actor: Actor, case: Case, role: str, **fields: Any) -> Person:
    """Somebody in the case, with how to reach them safely.

    Raises:
        SecondFollowed: a case follows one person; another service follows the other.
    """
    may_write(actor, case)
    person = Person(service=actor.service, case=case, role=role)
    _one_followed(person)
    return _keep(actor, person, fields, what="person_added")


@transaction.atomic
def change_person(*, actor: Actor, case: Case, person: Person, role: str, **fields: Any) -> Person:
    """Correct or complete; names are indexed anew.

    Raises:
        NotOfThisCase, SecondFollowed
    """
    may_write(actor, case)
    if person.case_id != case.pk:
        raise NotOfThisCase
    person.role = role
    _one_followed(person)
    return _keep(actor, person, fields, what="person_changed")


def _one_followed(person: Person) -> None:
    others = Person.objects.filter(case_id=person.case_id, role=PersonRole.FOLLOWED).exclude(pk=person.pk)
    if person.role == PersonRole.FOLLOWED and others.exists():
        raise SecondFollowed


def _keep(actor: Actor, person: Person, fields: dict[str, Any], *, what: str) -> Person:
    for name in PERSON_FIELDS:
        if name in fields:
            value = fields.pop(name)
            setattr(person, name, value.isoformat() if name == "birth_date" and value else value or "")
    if fields:
        raise TypeError(f"no such fields of a person: {', '.join(fields)}")
    person.may_leave_message = bool(person.may_leave_message)
    person.save()
    index_names(person)
    drop_draft(actor, person.case, "person" if what == "person_added" else draft_name(person))
    written(actor, person.case, what=what, subject_id=person.pk)
    return person


def draft_name(person: Person) -> str:
    """Name among drafts of the form that changes somebody."""
    return f"person-{person.pk.hex[:12]}"


def index_names(person: Person) -> None:
    """Replace the tokens of a person's names."""
    NameToken.objects.filter(person=person).delete()
    tokens = tokens_to_store(person.service_id, NAMES, f"{person.first_name} {person.last_name}")
    NameToken.objects.bulk_create(
        NameToken(service_id=person.service_id, case_id=person.case_id, person=person, token=token)
        for token in tokens
    )
