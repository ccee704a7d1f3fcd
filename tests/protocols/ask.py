"""Short forms for tests of the protocol `demo-2026`."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import holidays

from pole.calendar import BRUSSELS
from protocols.documents import load_protocol
from protocols.engine import Agreement, Cause, Facts, Finding, Order, duties_of, evaluate, orders_of

DEMO = load_protocol("demo-2026")
BELGIUM = frozenset(holidays.country_holidays("BE", years=[2026, 2027]))
MORNING = datetime(2026, 9, 15, 10, tzinfo=BRUSSELS)  # a Tuesday


def agree(
    *recipients: str, categories: Iterable[str] | None = None, until: date | None = None
) -> tuple[Agreement, ...]:
    """Agreements for every purpose, and every category unless some are named."""
    named = frozenset(DEMO.categories if categories is None else categories)
    return tuple(Agreement(recipient, named, frozenset(DEMO.purposes), until) for recipient in recipients)


def because(*codes: str, level: int = 4) -> dict[str, Any]:
    """Grounds at a level, with the causes that `pdc-1` gives them, as fields of Facts."""
    causes = {
        "M5": "A12",
        "M8": "E9",
        "M11": "B9",
        "T5": "E9",
        "M1": "A15",
        "M14": "C5",
        "M10": "B7",
        "M6": "D3",
    }
    grounds = tuple(Cause(code, level, frozenset(causes.get(code, "A8").split())) for code in codes)
    return {
        "grounds": grounds,
        "markers": frozenset(code for code in codes if code.startswith("M")),
        "new_markers": frozenset(code for code in codes if code.startswith("M")),
    }


def findings(service: str, severity: int | None, *, at: datetime = MORNING, **fields: Any) -> list[Finding]:
    """Every finding for these facts."""
    return evaluate(DEMO, Facts(service, severity, **fields), at=at, holidays=BELGIUM)


def orders(service: str, severity: int | None, **fields: Any) -> list[Order]:
    """The orders for these facts."""
    return orders_of(findings(service, severity, **fields))


def table(service: str, severity: int | None, **fields: Any) -> list[tuple[str, str, str]]:
    """Orders as a lawyer reads them: article, recipient, sent or held. What is not here is not told."""
    return sorted(
        (order.article, order.recipient, order.action) for order in orders(service, severity, **fields)
    )


def duties(service: str, severity: int | None, **fields: Any) -> list[str]:
    """Articles under which the sender has something to do."""
    return [article for article, _ in duties_of(findings(service, severity, **fields))]
