"""What monitoring asks: not whether a process lives, but whether work gets done. Counts and ages only."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from alerts.models import Breach, Owed, OwedKind
from pole.clock import database_now

LATE = timedelta(minutes=5)
"""A notice should be with the mail server within seconds; after this, somebody should look."""


@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """The web serves and its database answers."""
    return JsonResponse({"serving": True, "at": database_now().isoformat()})


@require_GET
def alerts_health(request: HttpRequest) -> HttpResponse:
    """How long the oldest thing that is due has been waiting, and how many invariants the last check found broken;
    503 when it is too long, or any."""
    now = database_now()
    due = Owed.objects.filter(done_at=None, due_at__lte=now)
    # A partner's system that is down is that partner's to mend, and its direction is told; it is no fault of ours.
    waiting = due.exclude(kind=OwedKind.WEBHOOK)
    oldest = waiting.order_by("due_at").values_list("due_at", flat=True).first()
    late = oldest is not None and now - oldest > LATE
    broken = Breach.objects.current().count()
    last_done = (
        Owed.objects.exclude(done_at=None).order_by("-done_at").values_list("done_at", flat=True).first()
    )
    state = {
        "late": late,
        "waiting": waiting.count(),
        "calls_waiting": due.filter(kind=OwedKind.WEBHOOK).count(),
        "oldest_seconds": round((now - oldest).total_seconds(), 1) if oldest else 0,
        "broken_invariants": broken,
        "last_done_at": last_done.isoformat() if last_done else None,
    }
    return JsonResponse(state, status=503 if late or broken else 200)
