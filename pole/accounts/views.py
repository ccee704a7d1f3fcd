"""What an open page asks before it sends: am I still heard?"""

from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.http import require_GET


@require_GET
def session_state(request: HttpRequest) -> JsonResponse:
    """Who is signed in, and the form token of their session, which signing in again has changed.

    A page left open uses it before it sends what was typed; without a session the middleware answers 401.
    """
    return JsonResponse({"user": str(request.user.pk), "token": get_token(request)})
