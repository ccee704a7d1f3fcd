"""`manage.py protocol simulate`: what to play, and how it is told on a terminal."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import OutputWrapper
from django.utils import timezone

from alerts.past import Seat, Span, all_moments, readings_in
from alerts.synthetic import synthetic
from pole.holidays import holidays_around
from pole.tenancy.context import inside
from pole.tenancy.models import Service
from protocols.counts import Counts, Found
from protocols.documents import load_protocol, shipped
from protocols.registry import Standing, standings
from protocols.simulation import Moment, simulate
from protocols.terms import Protocol

IN_FORCE = "in-force"
YEAR = timedelta(days=364)
STEPS = 20
"""How often progress is said on the way."""


class CannotSimulate(Exception):
    """The options do not say what could be played; the message says what to do."""


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a protocol's file, or the name of one that ships")
    data = parser.add_mutually_exclusive_group(required=True)
    data.add_argument("--service", metavar="SLUG", help="play this service's own past readings")
    data.add_argument(
        "--synthetic", type=int, metavar="N", help="play N invented readings; needs no database"
    )
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="the same seed, the same readings")
    parser.add_argument(
        "--party", metavar="CODE", default="", help="whose readings they are, as the file says"
    )
    parser.add_argument("--from", type=date.fromisoformat, dest="first", metavar="DAY", help="YYYY-MM-DD")
    parser.add_argument("--to", type=date.fromisoformat, dest="last", metavar="DAY", help="today unless said")
    parser.add_argument(
        "--against", metavar="FILE", help=f"what to compare with: a file, or '{IN_FORCE}' (with --service)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON document")


def run(options: dict[str, Any], *, out: OutputWrapper, progress: OutputWrapper) -> None:
    """Play, and print.

    Raises:
        ProtocolError: a file that cannot be read.
        CannotSimulate
    """
    protocols = [_protocol(options["file"])]
    if options["against"] and options["against"] != IN_FORCE:
        protocols.append(_protocol(options["against"]))
    span = _span(options)
    with ExitStack() as space:
        if options["synthetic"] is not None:
            total, moments = options["synthetic"], _synthetic(protocols, options, span)
        else:
            service = _service(options["service"])
            space.enter_context(inside(service))
            seats = _seats(service, protocols, options)
            protocols = [seat.protocol for seat in seats]
            total, moments = readings_in(service, span).count(), all_moments(service, seats, span)
        found = Found()
        step = max(1, total // STEPS)
        for _ in simulate(protocols, moments, holidays=holidays_around, found=found):
            if found.asked % step == 0:
                progress.write(f"{found.asked} of {total} readings")
    if options["json"]:
        out.write(json.dumps(_document(protocols, span, options, found), ensure_ascii=False, indent=2))
    else:
        for line in _lines(protocols, span, found):
            out.write(line)


def _protocol(named: str) -> Protocol:
    return load_protocol(named if named in shipped() else Path(named))


def _span(options: dict[str, Any]) -> Span:
    last = options["last"] or timezone.localdate()
    first = options["first"] or last - YEAR
    if first > last:
        raise CannotSimulate(f"the period ends ({last}) before it begins ({first})")
    return Span(first, last)


def _synthetic(protocols: Sequence[Protocol], options: dict[str, Any], span: Span) -> Iterator[Moment]:
    if options["against"] == IN_FORCE:
        raise CannotSimulate(f"'--against {IN_FORCE}' is that of a service: say --service, or name a file")
    if options["synthetic"] < 1:
        raise CannotSimulate("--synthetic: say how many readings, at least 1")
    for protocol in protocols:
        if options["party"] and options["party"] not in protocol.parties:
            raise CannotSimulate(_no_party(protocol, options["party"]))
    return synthetic(
        protocols,
        number=options["synthetic"],
        seed=options["seed"],
        first=span.first,
        last=span.last,
        party=options["party"],
    )


def _service(slug: str) -> Service:
    service = Service.objects.filter(slug=slug, is_active=True).first()
    if service is None:
        raise CannotSimulate(f"no service is called '{slug}'")
    return service


def _seats(service: Service, protocols: Sequence[Protocol], options: dict[str, Any]) -> list[Seat]:
    """Who is which party: as in the version in force, where the service is in one of the same parties."""
    found = standings(service, timezone.now())
    standing = next((each for each in found if each.protocol.identifier == protocols[0].identifier), None)
    standing = standing or next(iter(found), None)
    party = options["party"] or (standing.code if standing else "")
    if not party:
        raise CannotSimulate(
            f"{service.slug} has no protocol in force: say with --party which party it would be"
        )
    if options["against"] == IN_FORCE:
        if standing is None:
            raise CannotSimulate(f"{service.slug} has no protocol in force to compare with")
        protocols = [*protocols, standing.protocol]
    for protocol in protocols:
        if party not in protocol.parties:
            raise CannotSimulate(_no_party(protocol, party))
    codes = _codes(standing)
    return [Seat(protocol, party, codes) for protocol in protocols]


def _codes(standing: Standing | None) -> dict[Any, str]:
    return {other.pk: code for code, other in standing.services.items()} if standing else {}


def _no_party(protocol: Protocol, code: str) -> str:
    return f"{protocol.identifier} has no party {code} (there are: {', '.join(protocol.parties)})"


def _document(
    protocols: Sequence[Protocol], span: Span, options: dict[str, Any], found: Found
) -> dict[str, Any]:
    kept = found.to_json()
    return {
        "from": span.first.isoformat(),
        "to": span.last.isoformat(),
        "data": {"service": options["service"]}
        if options["service"]
        else {"synthetic": options["synthetic"], "seed": options["seed"]},
        "readings": found.asked,
        "cases": found.cases,
        "differing": found.differing,
        "protocols": [
            {"protocol": each.identifier, "version": each.version, "sha256": each.text_hash()} | counts
            for each, counts in zip(protocols, kept["counts"], strict=False)
        ],
        "moved": kept["moved"],
        "otherwise": kept["otherwise"],
    }


def _lines(protocols: Sequence[Protocol], span: Span, found: Found) -> Iterator[str]:
    yield f"{found.asked} readings of {found.cases} cases, from {span.first} to {span.last}"
    for protocol, counts in zip(protocols, found.counts, strict=False):
        yield f"{protocol.identifier} {protocol.version}:"
        yield from _table(counts, span)
    if len(found.counts) > 1:
        yield f"they differ on {found.differing} readings"
        for (recipient, was, comes), number in sorted(found.moved.items()):
            yield f"  {recipient}: {number} that the second {_does(was)}, the first {_does(comes)}"
        for recipient, number in sorted(found.otherwise.items()):
            yield f"  {recipient}: {number} with another article, urgency or categories"


def _table(counts: Counts, span: Span) -> Iterator[str]:
    weeks = ((span.last - span.first).days + 1) / 7
    for (recipient, action, urgency, article), number in sorted(
        counts.by("recipient", "action", "urgency", "article").items()
    ):
        yield f"  {recipient:<6} {action:<5} {urgency:<10} {article:<6} {number:>8}   {number / weeks:8.2f} a week"
    for recipient, number in sorted(counts.closed.items()):
        if number:
            yield f"  {recipient:<6} {number} of what is sent comes when nobody is there"
    for article, number in sorted(counts.duties.items()):
        yield f"  duty   {article:<6} {number:>8}"
    yield f"  nobody told, nothing held: {counts.silent}"


def _does(action: str) -> str:
    return {"send": "sends", "hold": "holds"}.get(action, "does not order")
