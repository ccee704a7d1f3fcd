"""Words typed and not yet saved: kept on the server, per person, case and form, until the form is."""

import json
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from cases.models import Case, Draft
from cases.refusals import DraftTooLong
from pole.tenancy.actor import Actor
from pole.tenancy.permissions import Perm

LONGEST = 200_000  # characters of one form; beyond, somebody is not typing


@transaction.atomic
def save_draft(*, actor: Actor, case: Case, form: str, fields: Mapping[str, list[str]]) -> Draft:
    """Keep what a form holds so far, over what was kept before. Not in the journal: nothing was said yet.

    Args:
        form: which form, at most 30 characters ("contact", "measure-1a2b…").
        fields: name of each field to its values, as the browser sends them.

    Raises:
        DraftTooLong
    """
    actor.require(Perm.CASE_WRITE)
    kept = json.dumps(dict(fields), ensure_ascii=False)
    if len(kept) > LONGEST:
        raise DraftTooLong
    # Two savings at once make one row: the insert that loses waits, then writes over it.
    place = {"service": actor.service, "case": case, "user_id": actor.user_id, "form": form}
    draft, _ = Draft.objects.select_for_update(of=("self",)).get_or_create(**place, defaults={"fields": kept})
    draft.fields, draft.saved_at = kept, timezone.now()
    draft.save(update_fields=["fields", "saved_at"])
    return draft


def draft_of(actor: Actor, case: Case, form: str) -> Draft | None:
    """One's own draft of a form, if any."""
    return Draft.objects.filter(case=case, user_id=actor.user_id, form=form).first()


def drop_draft(actor: Actor, case: Case, form: str) -> None:
    """The form was saved: its draft is done with."""
    Draft.objects.filter(case=case, user_id=actor.user_id, form=form).delete()
