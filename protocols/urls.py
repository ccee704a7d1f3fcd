"""The protocols that a service signed."""

from django.urls import path

from protocols.views import versions

app_name = "protocols"
urlpatterns = [
    path("", versions.versions, name="list"),
    path("<uuid:version_id>/", versions.version, name="version"),
]
