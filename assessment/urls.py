"""Readings that are being filled in."""

from django.urls import path

from assessment import views

app_name = "assessment"
urlpatterns = [
    path("a-refaire/", views.reviews, name="reviews"),
    path("dossier/<uuid:case_id>/", views.start, name="start"),
    path("dossier/<uuid:case_id>/parcours/", views.course, name="course"),
    path("<uuid:reading_id>/", views.fill, name="fill"),
    path("<uuid:reading_id>/reponses/", views.save, name="save"),
    path("<uuid:reading_id>/explication/", views.explanation, name="explanation"),
    path("<uuid:reading_id>/abandonner/", views.discard, name="discard"),
]
