"""Figures of the cooperation: how relevant alerts were found, per partner, article and month.

Of one's own marks everything is counted. Of a partner's, a count below five is not told, nor which of the others beside
it are none: whoever reads figures is not to read one person's judgement out of them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.utils import timezone

from alerts.models import Relevance
from pole.tenancy.actor import Actor
from protocols import exchange as door
from protocols.disclosure import LEAST
from protocols.models import Exchange, ExchangeKind

SHOWN = 12
"""Months, the present one included."""


@dataclass(frozen=True, slots=True)
class Line:
    """One month, partner and article. `counts`: one for each `Relevance`, in their order; None: too few to be told."""

    month: date
    partner: str
    article: str
    counts: tuple[int | None, ...]

    @property
    def by_mark(self) -> list[tuple[str, int | None]]:
        """Each count with its words."""
        return [(str(mark.label), count) for mark, count in zip(Relevance, self.counts, strict=True)]


@dataclass(frozen=True, slots=True)
class Measures:
    """What partners said of what we sent, and what we said of what we received; the latest month first."""

    since: date
    of_ours: Sequence[Line]
    by_us: Sequence[Line]


def measures_of(actor: Actor, now: datetime) -> Measures:
    """Of the alerts that crossed in the last twelve months, by the month in which they were sent."""
    since = first_month(timezone.localdate(now))
    marks = Exchange.objects.filter(kind=ExchangeKind.RELEVANCE, in_reply_to__sent_at__gte=_begin(since))
    marks = marks.select_related("sender", "recipient", "in_reply_to").order_by("sent_at")
    told, said = marks.received_by(actor.service_id), marks.sent_by(actor.service_id)
    return Measures(
        since=since,
        of_ours=_lines(actor, told, suppressed=True),
        by_us=_lines(actor, said, suppressed=False),
    )


def first_month(today: date) -> date:
    """The first day of the months that are shown."""
    years, month = divmod(today.year * 12 + today.month - SHOWN, 12)
    return date(years, month + 1, 1)


def told(counts: Sequence[int]) -> tuple[int | None, ...]:
    """Another service's counts, as far as they may be told: `LEAST` and more; what is none, where nothing is hidden."""
    hides = any(0 < count < LEAST for count in counts)
    return tuple(None if count < (LEAST if hides else 0) else count for count in counts)


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_current_timezone())


def _lines(actor: Actor, marks: Iterable[Exchange], *, suppressed: bool) -> list[Line]:
    last: dict[UUID, Exchange] = {each.in_reply_to_id: each for each in marks if each.in_reply_to_id}
    read = door.read_all(actor, list(last.values()))
    counted: dict[tuple[date, str, str], Counter[str]] = defaultdict(Counter)
    for each in last.values():
        alert = each.in_reply_to
        if alert is None or each.pk not in read:
            continue
        partner = each.sender if each.recipient_id == actor.service_id else each.recipient
        month = timezone.localdate(alert.sent_at).replace(day=1)
        counted[month, partner.name, alert.article][read[each.pk]["message"]["mark"]] += 1
    marked = {key: tuple(found[mark] for mark in Relevance) for key, found in counted.items()}
    lines = [Line(*key, told(counts) if suppressed else counts) for key, counts in marked.items()]
    return sorted(lines, key=lambda line: (-line.month.toordinal(), line.partner, line.article))
