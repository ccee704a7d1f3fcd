"""Settings, read from the environment in this one place.

Commands on data files (`scenario`, `grid`, `protocol`) load these settings without a database or a secret:
what serving needs and is missing is refused by `pole.startup`, when web or worker start, not here.
"""

import importlib.util
from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from kombu import Queue

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if (BASE_DIR / ".env").exists():
    env.read_env(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("POLE_DEMO", default=False)

# Secrets have no default. An empty one is refused by pole.startup before anything is served.
SECRET_KEY = env.str("POLE_SECRET_KEY", default="") or "commands-on-files-only"
MASTER_KEY = env.str("POLE_MASTER_KEY", default="")

BASE_URL = env.str("POLE_BASE_URL", default="http://127.0.0.1:8000")
ALLOWED_HOSTS = env.list("POLE_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = [BASE_URL]
HTTPS = BASE_URL.startswith("https://")
# How many proxies of one's own stand in front. None is believed by default: tries at signing in are counted by address,
# and behind a proxy that is not known everybody has one, so that whoever guesses there shuts the door for all.
PROXIES = ALLAUTH_TRUSTED_PROXY_COUNT = env.int("POLE_PROXIES", default=0)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",  # its templates, which ours override one by one
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "guardian",
    "lucide",
    "rest_framework",
    "drf_spectacular",
    "pole",
    "pole.accounts",
    "pole.tenancy",
    "pole.crypto",
    "pole.audit",
    "pole.ui",
    "cases",
    "assessment",
    "protocols",
    "alerts",
    "desk",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "pole.ui.headers.PrivacyHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "pole.accounts.sessions.SessionLimitsMiddleware",
    "pole.accounts.gate.SignedInMiddleware",
]

ROOT_URLCONF = "pole.urls"
WSGI_APPLICATION = "pole.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "pole.ui.context.frame",
            ],
            "builtins": ["pole.ui.templatetags.dates"],  # its `date` takes the place of Django's
        },
    }
]

# ---- Database ------------------------------------------------------------------------------------------------
# The application's role obeys row security. Migrations run with DATABASE_URL set to the owner's address.
DATABASES = {
    "default": {
        **env.db_url("DATABASE_URL", default="postgresql://pole_app@127.0.0.1:5432/pole"),
        "ATOMIC_REQUESTS": True,
        # Connections outlive a request, the service they act for does not: it is set for one transaction.
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Sign-in must work while the broker is down, and used codes must not be forgotten by a restart: the database.
CACHES = {
    "default": {
        "BACKEND": "pole.accounts.cache.PlainCache",
        "LOCATION": "pole_cache",
        # Django's 300 would have whoever tries 300 addresses push out the used codes and counts of everybody else.
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}

# ---- Accounts ------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:home"
ACCOUNT_ADAPTER = "pole.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # no sign-up: addresses are set by the service's direction
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody is written to because a stranger typed their address
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
# Addresses are the direction's to set, and nobody verifies one; without it no new member could set up a second factor.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ADAPTER = "pole.accounts.adapter.MFAAdapter"
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Pôle"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_IDLE_LIMIT = timedelta(minutes=15)
SESSION_ABSOLUTE_LIMIT = timedelta(hours=10)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"  # a link in an e-mail must find the session of the person who follows it
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "pole.errors.csrf_failure"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = False  # the proxy in front does it; health checks come in clear from the same host
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
# Not "no-referrer": it makes browsers send `Origin: null` with our own forms, which the CSRF check refuses.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # Bootstrap's own icons are data addresses
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# django-guardian: direct-foreign-key permissions of the case team; the generic tables get no grant, and its
# authentication backend, which reads them, stays out (hence the silenced warning).
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False

# ---- Work in the background ----------------------------------------------------------------------------------
CELERY_BROKER_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "Europe/Brussels"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# A hint is tried once more, for a connection that went stale; then it is not worth a request's time, since the
# sweepers find what is owed.
CELERY_TASK_PUBLISH_RETRY_POLICY = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "visibility_timeout": 300,
    # For who publishes: without them kombu tries for six seconds before it says that nobody answers.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
SWEEP_EVERY = timedelta(seconds=env.float("POLE_SWEEP_SECONDS", default=5))
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "alerts.sweep", "schedule": SWEEP_EVERY},
    "invariants": {"task": "alerts.check_invariants", "schedule": timedelta(minutes=5)},
    "simulations": {"task": "alerts.sweep_simulations", "schedule": 6 * SWEEP_EVERY},
    "exercises": {"task": "assessment.publish_exercises", "schedule": timedelta(minutes=10)},
    "receipts": {"task": "tenancy.forget_receipts", "schedule": timedelta(hours=6)},
}
# Red never queues behind anything else; and no mail behind a partner's slow system or a simulation, which a worker of
# their own takes (pole/runtime/commands.py).
CELERY_TASK_QUEUES = [Queue(name) for name in ("red", "celery", "webhook-red", "webhook", "simulation")]
CELERY_TASK_DEFAULT_QUEUE = "celery"
OUTBOX_LEASE = timedelta(seconds=env.float("POLE_LEASE_SECONDS", default=60))

# ---- Reading --------------------------------------------------------------------------------------------------
READING_GRID = env.str("POLE_GRID", default="pdc-1")  # the grid of new readings; the others keep theirs

# ---- Mail ----------------------------------------------------------------------------------------------------
_mail = env.email_url("EMAIL_URL", default="smtp://127.0.0.1:25")
if _mail["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend":
    _mail["EMAIL_BACKEND"] = "pole.smtp.Backend"
vars().update(_mail)
# smtp+tls:// asks for STARTTLS and smtp+ssl:// speaks TLS from the first byte: a server that does not, or whose
# certificate does not verify, gets no mail.
EMAIL_CA = env.str("POLE_EMAIL_CA", default="")  # PEM; the authority of the house's own mail server
# A Maildir into which mail to POLE_MAIL_RETURN is delivered; empty: delivery reports are not read back.
MAIL_REPORTS = env.str("POLE_MAIL_REPORTS", default="")
MAIL_RETURN = env.str("POLE_MAIL_RETURN", default="")  # envelope sender of notices; empty: POLE_FROM
EMAIL_TIMEOUT = env.int("POLE_EMAIL_TIMEOUT", default=20)
OPERATOR_EMAIL = env.str(
    "POLE_OPERATOR_EMAIL", default=""
)  # told when an invariant breaks; empty: the log alone
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("POLE_FROM", default="pole@pole.example")

# ---- Calls to partners' own systems --------------------------------------------------------------------------
# Networks that may be called beside public addresses: a partner's system inside one's own walls.
WEBHOOK_NETWORKS = env.list("POLE_WEBHOOK_NETWORKS", default=[])

# ---- Language, time, files -----------------------------------------------------------------------------------
LANGUAGE_CODE = "fr-be"
LANGUAGES = [("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Brussels"
USE_TZ = True
USE_I18N = True
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
WHITENOISE_USE_FINDERS = True
_bootstrap = importlib.util.find_spec("bootstrap")
STATICFILES_DIRS = [
    BASE_DIR / "static",
    *(("bootstrap", path) for path in (_bootstrap.submodule_search_locations or [] if _bootstrap else [])),
]
DATA_DIR = Path(env.str("POLE_DATA_DIR", default=str(BASE_DIR / "data")))

# ---- The interface for partners' own systems -------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["alerts.api.entrance.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["alerts.api.entrance.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["alerts.api.bodies.ReadableJSON"],
    "DEFAULT_THROTTLE_CLASSES": ["alerts.api.entrance.PerToken"],
    "DEFAULT_THROTTLE_RATES": {"token": f"{env.int('POLE_API_RATE', default=120)}/min", "anon": "60/min"},
    "NUM_PROXIES": PROXIES,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "alerts.api.problems.as_problem",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Pôle",
    "DESCRIPTION": "Les alertes reçues par un service : lister, lire, accuser réception, répondre.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_AUTHENTICATION": [],
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SCHEMA_PATH_PREFIX": "/api/v1/",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
    "loggers": {"pole": {"level": "INFO"}, "alerts": {"level": "INFO"}},
}
