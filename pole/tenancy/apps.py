from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_migrate


class TenancyConfig(AppConfig):
    name = "pole.tenancy"

    def ready(self) -> None:
        from pole.tenancy.checks import every_table_has_its_place
        from pole.tenancy.grants import grant_platform_tables

        register(every_table_has_its_place)
        post_migrate.connect(grant_platform_tables, sender=self)
