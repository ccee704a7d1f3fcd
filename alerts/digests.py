"""Several yellow notices to one duty address leave as one e-mail, so that what can't wait is not lost among them.

Each keeps its own row of the outbox, due when the e-mail is; who claims one of them takes the others along. From then
on they share one e-mail for good, under the Message-ID of the one that was claimed (their head): tried again, it says
the same of the same alerts, and whatever becomes of it becomes of each.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

from alerts.models import Owed, OwedKind
from pole.calendar import Delay, due
from pole.holidays import holidays_around
from pole.tenancy.models import Service
from pole.yamlfile import load
from protocols.registry import Standing

NEVER = {"red", "orange"}
FIRST_ATTEMPT = 1

# One of several workers that come at once wins: they lock the rows in the same order, and whoever waited finds its own
# row taken along. What is under way is left alone: an e-mail that is tried again must not grow under the same name.
TAKE = """
WITH together AS (
  SELECT id FROM alerts_owed
   WHERE done_at IS NULL AND {which}
   ORDER BY id FOR UPDATE
)
UPDATE alerts_owed SET gathered_in_id = %(head)s, leased_until = %(lease)s, attempts = attempts + (id <> %(head)s)::int,
       handed_over_at = coalesce(handed_over_at, clock_timestamp())
 WHERE id IN (SELECT id FROM together) AND EXISTS (SELECT 1 FROM together WHERE id = %(head)s)
RETURNING *
"""
WAITING = (
    "gathered_in_id IS NULL AND service_id = %(service)s AND urgency = %(urgency)s "
    "AND kind = 'notice' AND addressee_id IS NULL AND due_at <= statement_timestamp() "
    f"AND attempts <= {FIRST_ATTEMPT}"
)
FIRST, AGAIN = TAKE.format(which=WAITING), TAKE.format(which="gathered_in_id = %(head)s")


def leaves_at(
    *, service: Service, standing: Standing, urgency: str, at: datetime, deadline_at: datetime | None
) -> datetime:
    """When a notice to a service's duty address leaves: at once, or with others that are gathered.

    Args:
        at: when it is owed.
        deadline_at: by when it must be acknowledged, if it must.
    """
    delay, party = _delays().get(urgency), standing.code_of(service.pk)
    if delay is None or party is None:
        return at
    others = Owed.objects.filter(service=service, kind=OwedKind.NOTICE, addressee_id=None, urgency=urgency)
    last = others.order_by("-due_at").values_list("due_at", flat=True).first()
    if last is None:
        return at
    hours = standing.protocol.clock(delay, party, holidays_around(last.date()))
    end = last if last > at else due(last, delay, hours)
    return end if end > at and (deadline_at is None or end < deadline_at) else at


def take_along(row: Owed) -> list[Owed]:
    """The notices that leave as one e-mail with a claimed one, itself among them; none if it left with another.

    It alone, where its urgency is not gathered, or was not yet when it was tried: under its Message-ID a server may
    have taken an e-mail that speaks of it alone, and would throw away one that speaks of more. What was gathered once
    stays so, whatever the file has come to say: whatever becomes of the e-mail becomes of each of them, so it must
    speak of each.
    """
    if row.gathered_in_id is None and (not is_gathered(row) or row.attempts > FIRST_ATTEMPT):
        return [row]
    statement = FIRST if row.gathered_in_id is None else AGAIN
    which = {"service": row.service_id, "urgency": row.urgency}
    rows = list(Owed.objects.raw(statement, which | {"head": row.pk, "lease": row.leased_until}))
    if rows:
        row.gathered_in_id = row.pk
    return rows


def together_with(row: Owed) -> Sequence[Owed]:
    """What left, or leaves, in the same e-mail as a row that was claimed: itself, and what it took along."""
    if row.gathered_in_id is None:
        return [row]
    return list(Owed.objects.filter(gathered_in=row.pk).select_related("service"))


def is_gathered(row: Owed) -> bool:
    """Whether it is one of those that leave together: a notice to a duty address, of an urgency that is gathered."""
    return row.kind == OwedKind.NOTICE and row.addressee_id is None and row.urgency in _delays()


@cache
def _delays() -> dict[str, Delay]:
    """Raises:
    ValueError: the file would let wait what never may.
    """
    plain: dict[str, str] = load(Path(__file__).with_suffix(".yaml")).plain()
    if never := NEVER & plain.keys():
        raise ValueError(f"digests.yaml: {', '.join(sorted(never))} must never wait")
    return {urgency: Delay.parse(text) for urgency, text in plain.items()}
