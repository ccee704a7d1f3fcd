"""What people see across the other rooms."""

from django.urls import path

from desk import health, views

app_name = "desk"
urlpatterns = [
    path("", views.home, name="home"),
    path("s/<slug:service_slug>/", views.dashboard, name="dashboard"),
]
