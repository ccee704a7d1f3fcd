"""What every form of a case shares: it opens with its draft, and comes back as it was sent."""

from typing import Any, TypeVar

from django.contrib import messages
from django.forms import Form, MultipleChoiceField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise

from cases.models import Case
from cases.services.drafts import Fields, draft_of, fields_of
from pole.tenancy.actor import Actor

AnyForm = TypeVar("AnyForm", bound=Form)


def filled(
    request: HttpRequest,
    actor: Actor,
    case: Case | None,
    name: str,
    form_class: type[AnyForm],
    /,
    *,
    initial: dict[str, Any] | None = None,
    **kwargs: Any,
) -> AnyForm:
    """The form as sent, or with its draft over its initial values."""
    if request.method == "POST":
        return form_class(request.POST, **kwargs)
    draft = draft_of(actor, case, name)
    return with_draft(form_class, fields_of(draft), initial=initial, **kwargs)


def with_draft(
    form_class: type[AnyForm], kept: Fields, *, initial: dict[str, Any] | None = None, **kwargs: Any
) -> AnyForm:
    """An open form that shows what was typed and not saved. `has_draft` says whether there is any."""
    form = form_class(initial=initial, **kwargs)
    for name, values in kept.items():
        field = form.fields.get(name)
        if field is not None and values:
            form.initial[name] = values if isinstance(field, MultipleChoiceField) else values[-1]
    form.has_draft = bool(kept)  # type: ignore[attr-defined] # for the page's notice
    return form


def page(
    request: HttpRequest, actor: Actor, case: Case | None, name: str, form: Form, **context: Any
) -> HttpResponse:
    """The page of a form: `cases/<name>.html`, 422 when it came back."""
    draft = context.pop("draft", name)
    at = {"service_slug": actor.service_slug, "form": draft}
    if case:
        at["case_id"] = str(case.pk)
    autosave = reverse("cases:draft" if case else "cases:opening_draft", kwargs=at)
    context |= {"case": case, "form": form, "autosave": autosave}
    return render(request, f"cases/{name}.html", context, status=422 if form.is_bound else 200)


def back_to(request: HttpRequest, actor: Actor, case: Case, done: str | Promise) -> HttpResponse:
    """To the case's page, saying what was done."""
    messages.success(request, str(done))
    return redirect("desk:case", actor.service_slug, case.pk)
