"""Exercises."""

from django.urls import path

from assessment.training.views import filling, organising, overview, results

app_name = "training"
urlpatterns = [
    path("", overview.exercises, name="list"),
    path("nouveau/", organising.new, name="new"),
    path("<uuid:exercise_id>/", overview.exercise, name="exercise"),
    path("<uuid:exercise_id>/vignettes/<slug:vignette>/", filling.fill, name="fill"),
    path("<uuid:exercise_id>/vignettes/<slug:vignette>/reponses/", filling.save, name="save"),
    path(
        "<uuid:exercise_id>/vignettes/<slug:vignette>/explication/", filling.explanation, name="explanation"
    ),
    path("<uuid:exercise_id>/remettre/", filling.hand_in, name="hand_in"),
    path("<uuid:exercise_id>/clore/", organising.close, name="close"),
    path("<uuid:exercise_id>/resultats/", results.results, name="results"),
    path("<uuid:exercise_id>/resultats/<slug:vignette>/", results.vignette_results, name="vignette"),
    path("<uuid:exercise_id>/donnees.csv", organising.export_csv, name="export_csv"),
    path("<uuid:exercise_id>/donnees.json", organising.export_json, name="export_json"),
]
