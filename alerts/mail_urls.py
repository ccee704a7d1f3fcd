"""The address in an e-mail: it names no service and no subject, and acknowledges nothing."""

from django.urls import path

from alerts.views.from_mail import from_mail

urlpatterns = [path("m/<uuid:subject_id>/", from_mail, name="from_mail")]
