"""The web process. Refuses to serve with a database role that escapes row security."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pole.settings")
application = get_wsgi_application()

from pole.startup import assert_fit_to_serve  # noqa: E402 - needs the applications loaded

assert_fit_to_serve()
