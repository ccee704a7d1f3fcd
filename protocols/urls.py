"""The protocols that a service signed."""

from django.urls import path

from protocols import views

app_name = "protocols"
urlpatterns = [
    path("", views.versions, name="list"),
    path("<uuid:version_id>/", views.version, name="version"),
]
