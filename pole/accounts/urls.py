"""The pages of allauth that Pôle uses: no sign-up, no change of address by oneself."""

from allauth.account import views
from django.urls import include, path, register_converter
from django.urls.converters import StringConverter

from pole.accounts.views import session_state


class AccountConverter(StringConverter):
    """Without a hyphen: the key after it holds one of its own, and the first one parts the two."""

    regex = "[0-9A-Za-z]+"


register_converter(AccountConverter, "account")

urlpatterns = [
    path("session/", session_state, name="session_state"),
    path("connexion/", views.login, name="account_login"),
    path("deconnexion/", views.logout, name="account_logout"),
    path("inactif/", views.account_inactive, name="account_inactive"),
    path("confirmer/", views.reauthenticate, name="account_reauthenticate"),
    path("mot-de-passe/", views.password_change, name="account_change_password"),
    path("mot-de-passe/oubli/", views.password_reset, name="account_reset_password"),
    path("mot-de-passe/oubli/envoye/", views.password_reset_done, name="account_reset_password_done"),
    path(
        "mot-de-passe/oubli/<account:uidb36>-<key>/",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "mot-de-passe/oubli/fait/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("second-facteur/", include("allauth.mfa.urls")),
]
