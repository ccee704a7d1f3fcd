"""Drafts of protocols, simulated. Beneath the protocols' own addresses, since it is there that one begins."""

from django.urls import path

from alerts.views import simulations

app_name = "simulation"
urlpatterns = [
    path("<uuid:draft_id>/simuler/", simulations.simulate, name="begin"),
    path("<uuid:draft_id>/simuler/<uuid:simulation_id>/", simulations.simulation, name="simulation"),
    path("<uuid:draft_id>/simuler/<uuid:simulation_id>/avancement/", simulations.progress, name="progress"),
    path("<uuid:draft_id>/simuler/<uuid:simulation_id>/arreter/", simulations.stop, name="stop"),
    path("<uuid:draft_id>/simuler/<uuid:simulation_id>/montrer/", simulations.publish, name="publish"),
]
