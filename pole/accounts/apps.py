from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "pole.accounts"
    label = "accounts"
