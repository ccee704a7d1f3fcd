"""Every address of the house. The service one acts for is in the address, never in the session."""

from django.urls import include, path

from pole import errors
from pole.ui.pages import neutral

urlpatterns = [
    path("", include("desk.urls")),
    path("compte/", include("pole.accounts.urls")),
    path("p/", neutral, name="neutral"),
    path("s/<slug:service_slug>/dossiers/", include("cases.urls")),
    path("s/<slug:service_slug>/lectures/", include("assessment.urls")),
    path("s/<slug:service_slug>/exercices/", include("assessment.training.urls")),
    path("s/<slug:service_slug>/alertes/", include("alerts.urls")),
    path("", include("alerts.mail_urls")),
    path("api/v1/", include("alerts.api.urls")),
    path("s/<slug:service_slug>/courriel/", include("alerts.service_mail_urls")),
    path("s/<slug:service_slug>/canaux/", include("alerts.channel_urls")),
    path("s/<slug:service_slug>/protocoles/projets/", include("alerts.simulation_urls")),
    path("s/<slug:service_slug>/protocoles/", include("protocols.urls")),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
