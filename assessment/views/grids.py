"""The grids of a service: which there are, what is in them, which it reads with; and one reading under another."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from assessment import versions
from assessment.comparisons import latest_comparisons
from assessment.explaining import explained, explained_reading
from assessment.grid import Grid
from assessment.grids import GridError, load_grid
from assessment.models import Reading
from assessment.rereading import reread
from assessment.stored import answers_of, grid_of, previous_of
from assessment.wording import GridWording
from pole.conditions import describe
from pole.mistakes import in_words, with_place
from pole.refusals import Refused, attempt
from pole.tenancy.actor import Actor
from pole.tenancy.gate import ServiceRequest, service_view
from pole.tenancy.permissions import Perm
from pole.yamlfile import MAX_BYTES


class GridForm(forms.Form):
    """A file, or its text once it was looked at."""

    file = forms.FileField(
        label=gettext_lazy("File of the grid (YAML)"),
        error_messages={"required": gettext_lazy("Choose the file of a grid.")},
    )
    text = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = not self.data.get("text")

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        upload = cleaned.get("file")
        if upload and upload.size > MAX_BYTES:
            raise forms.ValidationError(_("This file is longer than a grid can be (one megabyte)."))
        if upload:
            try:
                cleaned["text"] = upload.read().decode("utf-8")
            except UnicodeDecodeError:
                raise forms.ValidationError(_("This file is not text in UTF-8.")) from None
        if not cleaned.get("text") and not self.errors:
            raise forms.ValidationError(_("Choose the file of a grid."))
        return cleaned

    @property
    def file_name(self) -> str:
        """What errors call it."""
        upload = self.cleaned_data.get("file")
        return str(upload.name) if upload else ""


class CompareForm(forms.Form):
    """Which readings, and what else to read them with."""

    made_with = forms.ChoiceField(label=gettext_lazy("All readings made with"))
    grid = forms.ChoiceField(label=gettext_lazy("Read again with"))

    def __init__(self, *args: Any, known: Sequence[versions.KnownGrid], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(each.grid.code, f"{each.grid.title} ({each.grid.code})") for each in known]
        read = [choice for choice, each in zip(named, known, strict=True) if each.readings]
        self.fields["made_with"].choices = read  # type: ignore[attr-defined] # declared above
        # The one that is not proposed above comes first.
        self.fields["grid"].choices = sorted(named, key=lambda choice: choice in read[:1])  # type: ignore[attr-defined] # declared above


@require_GET
@service_view(Perm.READING_WRITE)
def grids(request: ServiceRequest, actor: Actor) -> HttpResponse:
    return grids_page(request, actor)


@require_GET
@service_view(Perm.READING_WRITE)
def grid(request: ServiceRequest, actor: Actor, code: str) -> HttpResponse:
    """A grid as a person reads it: its lines by axis, and what raises which level."""
    return render(request, "assessment/grid.html", _read_out(_known(code)))


@require_POST
@service_view(Perm.GRID_MANAGE)
def load(request: ServiceRequest, actor: Actor) -> HttpResponse:
    """First what was found in the file, then, with its text sent back, the loading."""
    form = GridForm(request.POST, request.FILES)
    if not form.is_valid():
        return grids_page(request, actor, form=form)
    text = form.cleaned_data["text"]
    try:
        grid, checked = versions.examined(text, name=form.file_name)
    except GridError as wrong:
        form.add_error(None, with_place(in_words(wrong), file=wrong.file, line=wrong.line, path=wrong.path))
        return grids_page(request, actor, form=form)
    if "confirm" in request.POST and attempt(form, lambda: versions.load_version(text, actor=actor)):
        messages.success(
            request, _("The grid is loaded. Take it in use when you want new readings to be made with it.")
        )
        return redirect("assessment:grids", actor.service_slug)
    context = {"form": form, "text": text, "checked": checked} | _read_out(grid)
    return render(request, "assessment/grid_found.html", context, status=422 if form.errors else 200)


@require_POST
@service_view(Perm.GRID_MANAGE)
def take(request: ServiceRequest, actor: Actor, code: str) -> HttpResponse:
    return _change(
        request, actor, lambda: versions.use_grid(actor=actor, code=code), _("The grid is in use.")
    )


@require_http_methods(["GET", "POST"])
@service_view(Perm.GRID_MANAGE)
def retire(request: ServiceRequest, actor: Actor, code: str) -> HttpResponse:
    """Asked once more before. It can be taken in use again."""
    if request.method == "GET":
        return render(request, "assessment/grid_retire.html", {"grid": _known(code)})
    done = _("The grid is retired: no new reading is made with it.")
    return _change(request, actor, lambda: versions.retire_grid(actor=actor, code=code), done)


@require_GET
@service_view(Perm.CASE_READ)
def under_another(request: ServiceRequest, actor: Actor, reading_id: UUID) -> HttpResponse:
    """A finalised reading read again with another grid, side by side. Nothing of it changes."""
    reading = (
        Reading.objects.visible_to(actor)
        .finalised()
        .filter(service=actor.service, pk=reading_id)
        .select_related("case", "previous")
        .first()
    )
    if reading is None:
        raise Http404
    codes = [code for code in versions.known_codes() if code != reading.grid]
    code = request.GET.get("grille") or (codes[0] if codes else reading.grid)
    other, made_with = _known(code), grid_of(reading)
    again = reread(
        answers_of(reading),
        made_with=made_with,
        grid=other,
        on=timezone.localdate(reading.finalised_at),
        previous=previous_of(reading),
    )
    context = {
        "reading": reading,
        "grid": made_with,
        "other": other,
        "choices": [load_grid(each) for each in codes],
        "was": explained_reading(reading),
        "explanation": explained(again.result),
        "left_out": [f"{code} {made_with.indicators[code].label}" for code in again.left_out],
        "carried": len(again.result.answers),
    }
    return render(request, "assessment/under_another.html", context)


def grids_page(
    request: ServiceRequest,
    actor: Actor,
    *,
    form: GridForm | None = None,
    compare: CompareForm | None = None,
) -> HttpResponse:
    """The list, with a form that came back if one did."""
    known = versions.known_grids(actor.service)
    refused = form or compare
    context = {
        "known": known,
        "form": form or GridForm(),
        "compare": compare or CompareForm(known=known),
        "refused": refused,
        "comparisons": latest_comparisons(actor) if actor.can(Perm.GRID_MANAGE) else [],
    }
    return render(request, "assessment/grids.html", context, status=422 if refused else 200)


def _change(request: ServiceRequest, actor: Actor, act: Callable[[], None], done: str) -> HttpResponse:
    try:
        act()
        messages.success(request, done)
    except Refused as refused:
        messages.warning(request, str(refused))
    return redirect("assessment:grids", actor.service_slug)


def _known(code: str) -> Grid:
    """Raises:
    Http404: no such grid.
    """
    try:
        return load_grid(code)
    except GridError:
        raise Http404 from None


def _read_out(grid: Grid) -> dict[str, object]:
    """The grid in words: lines by axis, types, markers with their floors, rules, levels."""
    wording = GridWording(grid)
    return {
        "grid": grid,
        "axes": [
            (axis, [each for each in grid.indicators.values() if each.axis == axis.code])
            for axis in grid.axes.values()
        ],
        "types": [(line, describe(line.when, wording)) for line in grid.dynamics.values()],
        "markers": [
            (
                marker,
                describe(marker.when, wording),
                [(f.level, describe(f.when, wording)) for f in marker.floors],
            )
            for marker in grid.markers.values()
        ],
        "rules": [(rule, describe(rule.when, wording)) for rule in grid.rules],
        "levels": sorted(grid.levels.values(), key=lambda level: level.value or 0),
    }
