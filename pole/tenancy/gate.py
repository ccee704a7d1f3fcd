"""The gate of every page of a service."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID, uuid5

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render

from pole.tenancy.actor import Actor
from pole.tenancy.context import tenant
from pole.tenancy.models import Receipt
from pole.tenancy.permissions import Perm


class ServiceRequest(HttpRequest):
    """A request inside one service's space."""

    actor: Actor


P = ParamSpec("P")
View = Callable[Concatenate[ServiceRequest, Actor, P], HttpResponse]
GatedView = Callable[..., HttpResponse]
# Fields that say nothing of what is asked; signing in again changes the token of a form still open.
NOT_SAID = {"csrfmiddlewaretoken", "idempotency_key"}


def service_view(perm: Perm) -> Callable[[View[P]], GatedView]:
    """Resolve the service in the address, check membership and right, enter its space for the view.

    A service the user does not belong to does not exist for them: 404, not 403. A POST must carry an
    idempotency key (a form field, or the `Idempotency-Key` header); sent twice, it is done once.
    """

    def decorator(view: View[P]) -> GatedView:
        @wraps(view)
        def gated(
            request: ServiceRequest, service_slug: str, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponse:
            actor = Actor.of(request.user, service_slug)
            actor.require(perm)
            request.actor = actor
            with tenant(actor.service_id):
                if request.method == "POST":
                    return _once(request, actor, lambda: view(request, actor, *args, **kwargs))
                return _finished(view(request, actor, *args, **kwargs))

        gated.required_perm = perm  # type: ignore[attr-defined] # the mark that a test of all routes reads
        return gated

    return decorator


def _finished(response: Any) -> HttpResponse:
    """Render now: a lazy response would be rendered after the service's space is left."""
    if hasattr(response, "render") and not response.is_rendered:
        response.render()
    return response  # type: ignore[no-any-return] # some response class; all are HttpResponse


def _act_of(request: ServiceRequest) -> str:
    """What is asked, in words: the key of a page serves all its forms, and a form sent anew with other words.

    Something else under the same key is another act; taken for the same, it would be lost without a sound.
    """
    said = sorted((name, values) for name, values in request.POST.lists() if name not in NOT_SAID)
    files = [(name, [(file.name, file.size) for file in files]) for name, files in request.FILES.lists()]
    return f"{request.get_full_path()} {said} {files}"


def _once(request: ServiceRequest, actor: Actor, act: Callable[[], HttpResponse]) -> HttpResponse:
    try:
        key = UUID(request.headers.get("Idempotency-Key") or request.POST.get("idempotency_key", ""))
    except ValueError:
        return HttpResponseBadRequest(render(request, "errors/no_key.html").content)
    key = uuid5(key, _act_of(request))
    receipt = Receipt(service=actor.service, user_id=actor.person_id, key=key)
    # The unique key makes a second, concurrent sending wait here for the first one's outcome.
    Receipt.objects.bulk_create([receipt], ignore_conflicts=True)
    kept = Receipt.objects.get(service=actor.service, user_id=actor.person_id, key=key)
    if kept.pk != receipt.pk:
        return redirect(kept.location) if kept.location else HttpResponse(status=204)
    response = _finished(act())
    if response.status_code >= 400:
        kept.delete()  # nothing was done: the corrected form may come with the same key
    elif location := response.headers.get("Location") or response.headers.get("HX-Redirect"):
        Receipt.objects.filter(pk=kept.pk).update(location=location)
    return response
