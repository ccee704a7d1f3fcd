"""The data of an exercise for whoever wants to compute again: raters are numbers, in an order that is drawn by lot."""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from io import StringIO
from itertools import count
from typing import Any

from assessment.grids import load_grid
from assessment.models import HandIn, Invitation
from assessment.training.concordance import BOUNDS, LEAST_ITEMS, RESAMPLES, SEED
from assessment.training.outcome import LEAST_RATERS, subjects_of

HEADER = ("rater", "service", "vignette", "line", "answer")


def as_json(invitation: Invitation, hand_ins: Sequence[HandIn]) -> dict[str, Any]:
    """Everything needed to compute the results again."""
    grid = load_grid(invitation.grid)
    return {
        "exercise": str(invitation.exercise),
        "grid": grid.code,
        "grid_version": grid.version,
        "opened_at": invitation.opened_at.isoformat(),
        "closes_at": invitation.closes_at.isoformat(),
        "vignettes": invitation.vignettes,
        "method": {
            "weights": "linear",
            "interval": "percentile bootstrap over vignettes",
            "bounds": BOUNDS,
            "resamples": RESAMPLES,
            "seed": SEED,
            "least_vignettes": LEAST_ITEMS,
        },
        "result": invitation.outcome.result,
        "readings": [
            {"rater": number, "service": service, "vignettes": each.readings}
            for number, service, each in _raters(hand_ins)
        ],
    }


def as_csv(invitation: Invitation, hand_ins: Sequence[HandIn]) -> str:
    """One row per rater, vignette and line; the level, the type and the grid's codes are lines alike."""
    subjects, text = list(subjects_of(load_grid(invitation.grid))), StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    for number, service, each in _raters(hand_ins):
        for vignette in invitation.vignettes:
            for subject in subjects:
                answer = subject.said_in(each.readings[vignette])
                writer.writerow((number, service, vignette, subject.code, answer))
    return text.getvalue()


def _raters(hand_ins: Sequence[HandIn]) -> Iterator[tuple[int, str, HandIn]]:
    """A number each, in the order of random keys, which says nothing of when somebody handed in.

    No service is named where one of them has few raters: whoever works there would be known by it.
    """
    few = min(Counter(each.service_id for each in hand_ins).values(), default=0) < LEAST_RATERS
    services = ["" if few else each.service.slug for each in hand_ins]
    return zip(count(1), services, hand_ins, strict=False)
