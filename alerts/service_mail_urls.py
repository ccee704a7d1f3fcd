"""The service's own mail: the certificate that seals it, and what became of it."""

from django.urls import path

from alerts.views import mail

app_name = "mail"
urlpatterns = [
    path("", mail.mail, name="state"),
    path("certificat/", mail.take_certificate, name="certificate"),
    path("certificat/<uuid:certificate_id>/retirer/", mail.remove_certificate, name="certificate_remove"),
]
