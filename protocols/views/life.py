"""What a signed version is taken out as, and how a party's direction suspends it, resumes it or leaves."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from pole.accounts.again import BothFactorsForm
from pole.clock import database_now
from pole.refusals import attempt
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm
from protocols import ending
from protocols.differences import differences
from protocols.forms.engaging import EndForm, ResumeForm
from protocols.lifetime import State
from protocols.models import ProtocolVersion
from protocols.registry import lifetime_of, protocol_of
from protocols.signed_file import NotSignedHere, signed_file


def of_ours(actor: Actor, version_id: UUID) -> ProtocolVersion:
    """A version that the service is a party of.

    Raises:
        Http404: any other.
    """
    found = ProtocolVersion.objects.of_service(actor.service_id).filter(pk=version_id).first()
    if found is None:
        raise Http404
    return found


@require_safe
@service_view(Perm.PROTOCOL_READ)
def export(request: ServiceRequest, actor: Actor, version_id: UUID) -> HttpResponse:
    """The signed file, for `tools/verify_protocol.py`."""
    version = of_ours(actor, version_id)
    try:
        content = signed_file(version)
    except NotSignedHere:
        raise Http404 from None
    answer = HttpResponse(content.encode(), content_type="application/json; charset=utf-8")
    name = "".join(
        c if c.isascii() and c.isalnum() else "-" for c in f"{version.identifier}-{version.version}"
    )
    answer["Content-Disposition"] = f'attachment; filename="{name}.signe.json"'
    return answer


@require_safe
@service_view(Perm.PROTOCOL_READ)
def version_differences(
    request: ServiceRequest, actor: Actor, version_id: UUID, older_id: UUID
) -> HttpResponse:
    """What a version changed from another of the same protocol."""
    newer, older = of_ours(actor, version_id), of_ours(actor, older_id)
    if older.identifier != newer.identifier:
        raise Http404
    context = {
        "found": differences(protocol_of(older), protocol_of(newer)),
        "older": older,
        "newer": newer,
        "draft": None,
    }
    return render(request, "protocols/differences.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@service_view(Perm.PROTOCOL_SIGN)
def suspend(request: ServiceRequest, actor: Actor, version_id: UUID) -> HttpResponse:
    version = of_ours(actor, version_id)
    form = EndForm(_posted(request), request=request, protocol=protocol_of(version))
    words = (
        _("Suspend this protocol?"),
        _(
            "Nothing new leaves under it, for any party, until your service resumes it. Open alerts are carried "
            "through: acknowledgements, answers and messages go on. In danger, call 112 or 101."
        ),
        _("Suspend"),
    )
    done = _("Suspended. All parties are being told.")
    return _engage(request, actor, version, form, act=ending.suspend, words=words, done=done)


@require_http_methods(["GET", "HEAD", "POST"])
@service_view(Perm.PROTOCOL_SIGN)
def resume(request: ServiceRequest, actor: Actor, version_id: UUID) -> HttpResponse:
    version = of_ours(actor, version_id)
    form = ResumeForm(_posted(request), request=request)
    words = (
        _("Resume this protocol?"),
        _("Your service’s suspension ends now. Another service’s stays until that service resumes."),
        _("Resume"),
    )
    done = _("Resumed. All parties are being told.")
    return _engage(request, actor, version, form, act=ending.resume, words=words, done=done)


@require_http_methods(["GET", "HEAD", "POST"])
@service_view(Perm.PROTOCOL_SIGN)
def withdraw(request: ServiceRequest, actor: Actor, version_id: UUID) -> HttpResponse:
    version = of_ours(actor, version_id)
    may_notice = not ending.has_withdrawn(lifetime_of(version), actor)
    form = EndForm(_posted(request), request=request, protocol=protocol_of(version), may_notice=may_notice)
    words = (
        _("Withdraw from this protocol?"),
        _(
            "It is one agreement between all its parties: it ends for all of them, and the others sign a new text if "
            "they go on. This is not called off. Open alerts are carried through: acknowledgements, answers and "
            "messages go on. In danger, call 112 or 101."
        ),
        _("Withdraw from it"),
    )
    done = _("Done. All parties are being told.")
    return _engage(request, actor, version, form, act=ending.withdraw, words=words, done=done)


def _posted(request: ServiceRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _engage(
    request: ServiceRequest,
    actor: Actor,
    version: ProtocolVersion,
    form: BothFactorsForm,
    *,
    act: Callable[..., object],
    words: tuple[str | Promise, str | Promise, str | Promise],
    done: str | Promise,
) -> HttpResponse:
    """Asked once more, with both factors; then done, and back to the version."""

    def engage() -> object:
        said = {key: value for key, value in form.cleaned_data.items() if key in ("at_once", "motive")}
        return act(actor=actor, version=version, confirmed=form.confirmed, **said)

    if lifetime_of(version).state(database_now()) is State.OVER:
        return redirect("protocols:version", actor.service_slug, version.pk)
    if form.is_bound and attempt(form, engage):
        messages.success(request, str(done))
        return redirect("protocols:version", actor.service_slug, version.pk)
    context = {
        "version": version,
        "protocol": protocol_of(version),
        "form": form,
        "question": words[0],
        "consequence": words[1],
        "button": words[2],
    }
    return render(request, "protocols/engage.html", context, status=422 if form.errors else 200)
