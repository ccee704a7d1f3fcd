"""What the probe found, and what it compares."""

import re
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.http import HttpResponse

from pole.tenancy.checks import walled_models
from pole.tenancy.context import inside
from pole.tenancy.models import Service
from tests.wall.sides import Side

# What differs from one rendering to the next and tells nothing.
CHANGING = re.compile(
    rb'(name="(csrfmiddlewaretoken|idempotency_key)" value=")[^"]*|("X-CSRFToken": ")[^"]*|(data-key=")[^"]*'
)


@dataclass(frozen=True)
class Leak:
    """Something of one service that another can see, change or infer; or a wall that shuts its owner out."""

    where: str
    who: str
    what: str

    def __str__(self) -> str:
        return f"{self.where} as {self.who}: {self.what}"


@dataclass(frozen=True)
class Seen:
    """An answer, without what was asked for and without what changes anyway."""

    status: int
    body: bytes
    location: str
    queries: int

    @classmethod
    def of(cls, response: HttpResponse, asked: list[str], queries: int) -> "Seen":
        body = CHANGING.sub(b"", response.content if not response.streaming else b"".join(response))
        location = response.headers.get("Location", "")
        for each in asked:
            body, location = body.replace(each.encode(), b"..."), location.replace(each, "...")
        return cls(response.status_code, body, location, queries)

    def differs(self, other: "Seen") -> str:
        """In what two answers differ, or nothing."""
        for name in ("status", "location", "body", "queries"):
            mine, theirs = getattr(self, name), getattr(other, name)
            if mine != theirs:
                shown = f": {mine!r}, {theirs!r}" if name != "body" else ""
                return f"{name} differs from that of what is not there{shown}"
        return ""

    def tells(self, side: Side) -> str:
        """A secret of the side that stands in the answer, or nothing."""
        text = f"{self.body.decode(errors='replace')} {self.location}"
        return next((f"tells {secret}" for secret in side.secrets if secret in text), "")


def digest_of(service: Service) -> dict[str, Any]:
    """A fingerprint of all rows a service has, table by table; strangers may add lines to its journal."""
    parts = []
    for model in walled_models():
        table = model._meta.db_table
        kept = " WHERE tag <> 'gate:stranger'" if table == "audit_event" else ""
        parts.append(
            f"SELECT '{table}', count(*), md5(string_agg(t::text, '' ORDER BY id)) FROM {table} t{kept}"
        )
    with inside(service), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts))
        return {row[0]: row[1:] for row in cursor.fetchall()}
