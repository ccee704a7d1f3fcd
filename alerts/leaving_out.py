"""What the sender takes out of an alert before it leaves: less than the article allows, never more."""

from collections.abc import Collection
from dataclasses import replace
from types import MappingProxyType
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from pole.refusals import Refused
from protocols.engine import Order
from protocols.registry import Standing

LeftOut = tuple[UUID, str]
"""A recipient service and the category that it does not need."""


class NothingLeft(Refused):
    message = _("Leave at least one category: an alert about nobody and nothing can’t be acted on.")
    field = "categories"


def without(order: Order, standing: Standing, left_out: Collection[LeftOut]) -> Order:
    """The order as it leaves.

    Raises:
        NothingLeft
    """
    recipient = standing.services.get(order.recipient)
    if not left_out or recipient is None:
        return order
    kept = {code: basis for code, basis in order.categories.items() if (recipient.pk, code) not in left_out}
    if order.categories and not kept:
        raise NothingLeft
    return replace(order, categories=MappingProxyType(kept))


def named(recipient: UUID, category: str) -> str:
    """How a form names one."""
    return f"{recipient}.{category}"


def read(names: Collection[str]) -> frozenset[LeftOut]:
    """What a form sent; what names nothing is left out of it."""
    found = set()
    for name in names:
        recipient, _dot, category = name.partition(".")
        try:
            found.add((UUID(recipient), category))
        except ValueError:
            continue
    return frozenset(found)
