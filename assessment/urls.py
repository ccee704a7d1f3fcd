"""Readings: filled in, seen over time, taken out."""

from django.urls import path

from assessment.views import export, filling, overview, statistics

app_name = "assessment"
urlpatterns = [
    path("a-refaire/", overview.reviews, name="reviews"),
    path("statistiques/", statistics.statistics, name="statistics"),
    path("dossier/<uuid:case_id>/", filling.start, name="start"),
    path("dossier/<uuid:case_id>/parcours/", overview.course, name="course"),
    path("<uuid:reading_id>/", filling.fill, name="fill"),
    path("<uuid:reading_id>/reponses/", filling.save, name="save"),
    path("<uuid:reading_id>/explication/", filling.explanation, name="explanation"),
    path("<uuid:reading_id>/lecture.pdf", export.paper, name="paper"),
    path("<uuid:reading_id>/lecture.json", export.data, name="data"),
    path("<uuid:reading_id>/abandonner/", filling.discard, name="discard"),
]
