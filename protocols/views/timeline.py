"""The life of a version as a line of moments, those to come among them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from pole.dates import in_words
from protocols.lifetime import Lifetime
from protocols.models import LifeEvent, LifeKind, ProtocolDraft, Signature

ICONS = {
    LifeKind.AMENDED: "file-pen",
    LifeKind.SUSPENDED: "circle-pause",
    LifeKind.RESUMED: "circle-play",
    LifeKind.WITHDRAWN: "log-out",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """One line; `is_coming` when it lies ahead, `day_only` when the hour is that of a whole day."""

    at: datetime
    icon: str
    title: str
    who: str = ""
    text: str = ""
    is_coming: bool = False
    day_only: bool = False


def moments(
    life: Lifetime, draft: ProtocolDraft | None, signatures: list[Signature], now: datetime
) -> list[Moment]:
    """From its proposal to its last day, in order."""
    found = [_decided(event) for event in life.events]
    found += [
        Moment(row.at, "pen-line", _("signed"), f"{row.service.name} ({row.code})") for row in signatures
    ]
    if draft:
        found.append(Moment(draft.changed_at, "send", _("proposed for signature"), draft.service.name))
    found.append(
        Moment(life.begins, "circle-check", _("first day"), is_coming=life.begins > now, day_only=True)
    )
    if life.ended_by:
        how = _("over: amended") if life.ended_by.kind == LifeKind.AMENDED else _("over: a party withdrew")
        found.append(Moment(life.ends, "ban", how, is_coming=life.ends > now))
    else:
        last = life.expires - timedelta(minutes=1)
        found.append(Moment(last, "ban", _("last day"), is_coming=life.expires > now, day_only=True))
    return sorted(found, key=lambda moment: moment.at)


def _decided(event: LifeEvent) -> Moment:
    titles = {
        LifeKind.AMENDED: _("an amendment is signed: version %(version)s"),
        LifeKind.SUSPENDED: _("suspended from %(moment)s on"),
        LifeKind.RESUMED: _("resumed"),
        LifeKind.WITHDRAWN: _("withdrawn from %(moment)s on"),
    }
    kind = LifeKind(event.kind)
    said = {
        "version": event.by_version.version if event.by_version else "",
        "moment": moment_words(event.effective_at),
    }
    return Moment(event.decided_at, ICONS[kind], titles[kind] % said, event.service.name, event.motive)


def moment_words(at: datetime) -> str:
    """« 27 novembre 2026, 16:30 »."""
    return in_words(localtime(at), "j F Y, H:i")
