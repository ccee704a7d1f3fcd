"""How the service's own system is told."""

from django.urls import path

from alerts.views import access, channels

app_name = "channels"
urlpatterns = [
    path("", channels.channels, name="state"),
    path("adresse/", channels.set_address, name="set"),
    path("essai/", channels.try_out, name="try"),
    path("arret/", channels.switch_off, name="off"),
    path("acces/", access.make, name="token_make"),
    path("acces/<uuid:token_id>/retirer/", access.revoke, name="token_revoke"),
]
