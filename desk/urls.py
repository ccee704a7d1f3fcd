"""What people see across the other rooms."""

from django.urls import path

from desk import health
from desk.views import case, dashboard, duty, help, home, inbox, journal, register, service

app_name = "desk"
urlpatterns = [
    path("health/", health.health, name="health"),
    path("health/alerts/", health.alerts_health, name="alerts_health"),
    path("", home.home, name="home"),
    path("recu/", inbox.inbox, name="inbox"),
    path("recu/compteur/", inbox.counter, name="inbox_counter"),
    path("s/<slug:service_slug>/", dashboard.dashboard, name="dashboard"),
    path("s/<slug:service_slug>/dossiers/<uuid:case_id>/", case.case, name="case"),
    path("s/<slug:service_slug>/dossiers/<uuid:case_id>/historique/", journal.history, name="history"),
    path("s/<slug:service_slug>/aide/", help.help_page, name="help"),
    path("s/<slug:service_slug>/journal/", journal.journal, name="journal"),
    path("s/<slug:service_slug>/registre/", register.register, name="register"),
    path("s/<slug:service_slug>/registre/registre.csv", register.export, name="register_csv"),
    path("s/<slug:service_slug>/service/", service.service, name="service"),
    path("s/<slug:service_slug>/service/membres/", service.add_member, name="member_add"),
    path("s/<slug:service_slug>/service/membres/<uuid:membership_id>/", service.member, name="member"),
    path("s/<slug:service_slug>/service/coordonnees/", service.contacts, name="contacts"),
    path("s/<slug:service_slug>/service/garde/", duty.rota, name="duty"),
    path("s/<slug:service_slug>/service/garde/ajouter/", duty.plan, name="duty_add"),
    path("s/<slug:service_slug>/service/garde/<uuid:turn_id>/", duty.turn, name="duty_turn"),
    path("s/<slug:service_slug>/service/garde/<uuid:turn_id>/retirer/", duty.remove, name="duty_remove"),
    path("s/<slug:service_slug>/service/garde/<uuid:turn_id>/remettre/", duty.restore, name="duty_restore"),
]
