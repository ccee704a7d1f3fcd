"""Words typed and not yet saved: kept on the server, per person, case and form, until the form is."""

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from cases.models import Case, Draft
from cases.refusals import DraftTooLong
from pole.tenancy.actor import Actor
from pole.tenancy.permissions import Perm

LONGEST = 200_000  # characters of one form; beyond, somebody is not typing
Fields = Mapping[str, list[str]]


@transaction.atomic
def save_draft(*, actor: Actor, case: Case | None, form: str, fields: Fields) -> Draft:
    """Keep what changed in a form, over what was kept before. Not in the journal: nothing was said yet.

    Args:
        case: None for the form that opens one.
        form: which form, at most 30 characters ("contact", "measure-1a2b…").
        fields: name of each field that changed to its values, as the browser sends them.

    Raises:
        DraftTooLong
    """
    actor.require(Perm.CASE_WRITE)
    place: dict[str, Any] = {"service": actor.service, "case": case, "user_id": actor.user_id, "form": form}
    draft, _ = Draft.objects.select_for_update(of=("self",)).get_or_create(**place)
    kept = json.dumps({**fields_of(draft), **fields}, ensure_ascii=False)
    if len(kept) > LONGEST:
        raise DraftTooLong
    draft.fields, draft.saved_at = kept, timezone.now()
    draft.save(update_fields=["fields", "saved_at"])
    return draft


def fields_of(draft: Draft | None) -> dict[str, list[str]]:
    """What a draft holds: name of each field to its values."""
    return dict(json.loads(draft.fields)) if draft and draft.fields else {}


def draft_of(actor: Actor, case: Case | None, form: str) -> Draft | None:
    """One's own draft of a form, if any."""
    return Draft.objects.filter(case=case, user=actor.user_id, form=form).first()


def drop_draft(actor: Actor, case: Case | None, form: str) -> None:
    """The form was saved: its draft is done with."""
    Draft.objects.filter(case=case, user=actor.user_id, form=form).delete()
