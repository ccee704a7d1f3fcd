"""Addresses of version 1. Each view enters its service's space itself: no transaction around the request."""

from django.db.transaction import non_atomic_requests
from django.urls import path, re_path

from alerts.api import document, views

__all__ = ["app_name", "document", "urlpatterns"]

app_name = "api"
urlpatterns = [
    path("openapi.json", views.Schema.as_view(), name="schema"),
    path("alerts/", non_atomic_requests(views.Alerts.as_view()), name="alerts"),
    path("alerts/<uuid:exchange_id>/", non_atomic_requests(views.OneAlert.as_view()), name="alert"),
    path(
        "alerts/<uuid:exchange_id>/acknowledge/",
        non_atomic_requests(views.Acknowledge.as_view()),
        name="acknowledge",
    ),
    path("alerts/<uuid:exchange_id>/answer/", non_atomic_requests(views.Answer.as_view()), name="answer"),
    # Everything else, whatever signs it is made of: <path> would leave out a line feed.
    re_path("", views.Nowhere.as_view(), name="nowhere"),
]
