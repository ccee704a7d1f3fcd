"""Every address there is, from the resolver itself: a page added tomorrow is looked at tomorrow."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import UUIDConverter

from pole.tenancy.permissions import Perm

# Parts of an address that are neither a service nor an id.
WORDS: dict[str, str | int] = {
    "instrument": "dash",
    "form": "contact",
    "code": "pdc-1",
    "vignette": "la-balise",
    "uidb36": "x",
    "key": "y-z",
    "place": 0,
    "rule": 0,
    "rest": "ailleurs/",
}


@dataclass(frozen=True)
class Route:
    """One address, its parts, and the right its gate asks for (None: no gate)."""

    name: str
    view: Callable[..., HttpResponse] = field(repr=False, compare=False)
    parts: tuple[str, ...]
    ids: tuple[str, ...]
    perm: Perm | None

    @property
    def in_a_service(self) -> bool:
        return "service_slug" in self.parts

    def url(self, slug: str = "", ids: dict[str, UUID] | None = None) -> str:
        """The address, in a service, with these ids; with ids of nothing where none are given."""
        named: dict[str, Any] = {}
        for part in self.parts:
            if part == "service_slug":
                named[part] = slug
            elif part in self.ids:
                named[part] = (ids or {}).get(part) or uuid4()
            else:
                named[part] = WORDS[part]
        return reverse(self.name, kwargs=named)


def every_route() -> list[Route]:
    """All of them; one without a name, or with a part nobody taught us, stops the suite."""
    return list(_walk(get_resolver(), "", {}))


def _walk(resolver: URLResolver, namespace: str, parts: dict[str, Any]) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        known = parts | pattern.pattern.converters
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern, inner, known)
        elif isinstance(pattern, URLPattern):
            assert pattern.name, f"an address without a name: {pattern.pattern}"
            ids = tuple(name for name, kind in known.items() if isinstance(kind, UUIDConverter))
            yield Route(
                name=f"{namespace}{pattern.name}",
                view=pattern.callback,
                parts=tuple(known),
                ids=ids,
                perm=getattr(pattern.callback, "required_perm", None),
            )
