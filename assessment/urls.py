"""Readings: filled in, seen over time, taken out."""

from django.urls import path

from assessment.views import comparisons, export, filling, grids, overview, statistics

app_name = "assessment"
urlpatterns = [
    path("a-refaire/", overview.reviews, name="reviews"),
    path("grilles/", grids.grids, name="grids"),
    path("charger-une-grille/", grids.load, name="grid_load"),
    path("grilles/<slug:code>/", grids.grid, name="grid"),
    path("grilles/<slug:code>/utiliser/", grids.take, name="grid_take"),
    path("grilles/<slug:code>/retirer/", grids.retire, name="grid_retire"),
    path("relectures/", comparisons.start, name="compare_all"),
    path("relectures/<uuid:comparison_id>/", comparisons.comparison, name="comparison"),
    path("relectures/<uuid:comparison_id>/suite/", comparisons.onward, name="comparison_onward"),
    path("statistiques/", statistics.statistics, name="statistics"),
    path("dossier/<uuid:case_id>/", filling.start, name="start"),
    path("dossier/<uuid:case_id>/parcours/", overview.course, name="course"),
    path("<uuid:reading_id>/", filling.fill, name="fill"),
    path("<uuid:reading_id>/reponses/", filling.save, name="save"),
    path("<uuid:reading_id>/explication/", filling.explanation, name="explanation"),
    path("<uuid:reading_id>/autre-grille/", grids.under_another, name="under_another"),
    path("<uuid:reading_id>/lecture.pdf", export.paper, name="paper"),
    path("<uuid:reading_id>/lecture.json", export.data, name="data"),
    path("<uuid:reading_id>/abandonner/", filling.discard, name="discard"),
]
