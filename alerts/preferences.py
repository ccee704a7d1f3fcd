"""What one person keeps of their board: filters by name, and how it draws the eye."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from alerts.models import BoardFilter, BoardSignal
from pole.refusals import Refused
from pole.tenancy.actor import Actor

AT_MOST = 20


class NoName(Refused):
    message = _("Give the filter a name.")
    field = "called"


class TooManyFilters(Refused):
    message = _("Twenty saved filters at most: remove one first.")
    field = "called"


def filters_of(actor: Actor) -> QuerySet[BoardFilter]:
    """The person's own; a colleague's are nobody else's."""
    return BoardFilter.objects.filter(service=actor.service, user_id=actor.person_id)


def save_filter(*, actor: Actor, name: str, query: str) -> BoardFilter:
    """Keep a filter under a name; the same name again replaces it.

    Args:
        query: of a filter form that was valid, as it stands in the address.
    """
    name = " ".join(name.split())
    if not name:
        raise NoName
    kept = list(filters_of(actor))
    same = next((each for each in kept if each.name == name), None)
    if same is None and len(kept) >= AT_MOST:
        raise TooManyFilters
    row = same or BoardFilter(service=actor.service, user_id=actor.person_id, name=name)
    row.query = query
    row.save()
    return row


def drop_filter(kept: BoardFilter) -> None:
    """Forget it."""
    kept.delete()


def signal_of(actor: Actor) -> BoardSignal:
    """How the board draws this person's eye; not saved until they say so."""
    kept = BoardSignal.objects.filter(service=actor.service, user_id=actor.person_id).first()
    return kept or BoardSignal(service=actor.service, user_id=actor.person_id)


def set_signal(*, actor: Actor, has_sound: bool, has_flag: bool) -> None:
    """Switch the sound and the number in the title on or off, for this person here."""
    BoardSignal.objects.update_or_create(
        service=actor.service,
        user_id=actor.person_id,
        defaults={"has_sound": has_sound, "has_flag": has_flag},
    )
