"""Tags and filters of every page: icons, levels, delays, the key that makes a form count once."""

from datetime import datetime
from functools import lru_cache

import lucide
from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from pole.tenancy.permissions import Role

register = template.Library()

# What the eye gets beside the word: the words themselves belong to the grid.
LEVELS: dict[int | None, tuple[str, str]] = {
    None: ("ne", "circle-question-mark"),
    1: ("1", "shield-check"),
    2: ("2", "eye"),
    3: ("3", "triangle-alert"),
    4: ("4", "siren"),
}
# Urgencies are the protocols' words; an unknown one looks like what can wait.
URGENCIES = {
    "red": ("4", "siren"),
    "orange": ("3", "triangle-alert"),
    "concerted": ("ne", "users"),
    "yellow": ("2", "eye"),
    "reminder": ("ne", "bell"),
}
BANNER_ICONS = {
    "info": "info",
    "attention": "triangle-alert",
    "held": "pause",
    "done": "circle-check",
    "danger": "siren",
}
MESSAGE_ICONS = {
    "success": "circle-check",
    "info": "info",
    "warning": "triangle-alert",
    "error": "circle-alert",
    "debug": "info",
}


@register.simple_tag
def icon(name: str, *, size: int = 20) -> SafeString:
    """A picture beside words, silent to screen readers; the words must stand next to it.

    Raises:
        lucide.IconDoesNotExist: the set has no icon of that name.
    """
    return _svg(str(name), size)


@lru_cache(maxsize=256)
def _svg(name: str, size: int) -> SafeString:
    attributes = {"class": f"icon icon-{name}", "aria_hidden": "true", "focusable": "false"}
    drawn = lucide._render_icon(name, size, **attributes)
    return mark_safe(drawn)  # noqa: S308 - drawn from the package's own files, the name must exist among them


@register.simple_tag(takes_context=True)
def key(context: template.Context) -> SafeString:
    """The hidden idempotency key that every POST form of a service needs."""
    return format_html('<input type="hidden" name="idempotency_key" value="{}">', context["idempotency_key"])


@register.filter
def level_class(level: int | None) -> str:
    return f"level-{LEVELS[level][0]}"


@register.filter
def level_icon(level: int | None) -> str:
    return LEVELS[level][1]


@register.filter
def level_number(level: int | None) -> str:
    """The number, or the abbreviation of "not assessable"."""
    return str(level) if level else _("N/A")


@register.filter
def urgency_class(urgency: str) -> str:
    return f"level-{URGENCIES.get(urgency, ('ne', ''))[0]}"


@register.filter
def urgency_icon(urgency: str) -> str:
    return URGENCIES.get(urgency, ("", "mail"))[1]


@register.filter
def banner_icon(kind: str) -> str:
    return BANNER_ICONS[kind]


@register.filter
def message_icon(level_tag: str) -> str:
    return MESSAGE_ICONS.get(level_tag, "info")


@register.filter
def role_label(role: str) -> str:
    return str(Role(role).label)


@register.filter
def is_in(view_name: str, prefixes: str) -> bool:
    """Is the view one of these (full names, or namespaces with their colon, separated by blanks)?"""
    return view_name.startswith(tuple(prefixes.split()))


@register.filter
def dialled(number: str) -> str:
    """A telephone number as a telephone dials it: digits, and a plus before them."""
    digits = "".join(sign for sign in number if sign.isascii() and sign.isdigit())
    return f"+{digits}" if number.strip().startswith("+") else digits


@register.filter
def overdue(due: datetime) -> bool:
    return due < timezone.now()


@register.filter
def due_in(due: datetime) -> str:
    """ "in 12 min", "in 3 h 05", "overdue by 2 days": a delay as one says it. `app.js` keeps it going."""
    return due_text(due, now=timezone.now())


def due_text(due: datetime, *, now: datetime) -> str:
    minutes = round((due - now).total_seconds() / 60)
    if minutes == 0:
        return _("now")
    return (_("in {span}") if minutes > 0 else _("overdue by {span}")).format(span=_span(abs(minutes)))


def _span(minutes: int) -> str:
    """Minutes, from an hour on hours too, from two days on days only: finer would change nothing."""
    if minutes < 60:
        return _("{n} min").format(n=minutes)
    if minutes < 48 * 60:
        return _("{h} h {m}").format(h=minutes // 60, m=f"{minutes % 60:02d}")
    return _("{n} days").format(n=minutes // (24 * 60))
