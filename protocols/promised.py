"""The hours at which a service promised to be there: what the protocols in force say of it, day by day."""

from collections.abc import Iterable
from datetime import date

from pole.holidays import holidays_around
from pole.rota import Span
from pole.tenancy.models import Service
from protocols.models import ProtocolVersion
from protocols.registry import PARTIES, lifetime_of, standing_under


def promised_hours(service: Service, days: Iterable[date]) -> dict[date, list[Span]]:
    """Day -> the openings promised on it, of every protocol that is in force when they begin; they may overlap."""
    wanted = list(days)
    versions = ProtocolVersion.objects.of_service(service.pk).filter(
        in_force_from__lte=max(wanted), in_force_until__gte=min(wanted)
    )
    found: dict[date, list[Span]] = {day: [] for day in wanted}
    for version in versions.prefetch_related(PARTIES, "life"):
        standing, life = standing_under(version, service), lifetime_of(version)
        for day in wanted:
            hours = standing.protocol.hours(standing.code, holidays_around(day))
            found[day] += [span for span in hours.openings_on(day) if life.in_force(span[0])]
    return found
