"""Table of Django's database cache: rate limits and used codes of sign-in."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE TABLE pole_cache (cache_key varchar(255) PRIMARY KEY, value text NOT NULL,"
            " expires timestamptz NOT NULL); CREATE INDEX pole_cache_expires ON pole_cache (expires)",
            "DROP TABLE pole_cache",
        )
    ]
