"""What every installation shares; `embedded` and `scaled` add the database."""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import SELF
from django.utils.translation import gettext_lazy as _

from regulars.server.site.home import DEMO, find

HOME = find()
IS_DEMO = HOME.kind == DEMO
PACKAGE = Path(__file__).resolve().parents[3]

SECRET_KEY = HOME.secret("django") if HOME.exists else "no-home-yet"
DEBUG = False
# This machine is always among them: the supervisor asks whether the pages answer.
ALLOWED_HOSTS = [
    "localhost",
    "127.0.0.1",
    "[::1]",
    *os.environ.get("REGULARS_HOSTS", "").split(),
]
CSRF_TRUSTED_ORIGINS = os.environ.get("REGULARS_ORIGINS", "").split()
HTTPS = os.environ.get("REGULARS_HTTPS", "") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# Two homes on one machine differ by port only, and cookies do not know ports.
SESSION_COOKIE_NAME = f"regulars_{HOME.kind}_session"
CSRF_COOKIE_NAME = f"regulars_{HOME.kind}_csrf"
CSRF_FAILURE_VIEW = "regulars.server.web.views.csrf_failure"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# How many proxies of the house stand in front, each adding to X-Forwarded-For.
TRUSTED_PROXIES = int(os.environ.get("REGULARS_TRUSTED_PROXIES", "0") or 0)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Events go to these hosts only; with none, webhooks are off. The networks are those of the
# house that may be told too, such as 10.1.2.0/24.
WEBHOOK_HOSTS = os.environ.get("REGULARS_WEBHOOK_HOSTS", "").split()
WEBHOOK_NETWORKS = os.environ.get("REGULARS_WEBHOOK_NETWORKS", "").split()

# Mail goes out through the company's own server; with none, none goes out.
MAIL = {
    "server": os.environ.get("REGULARS_SMTP", ""),
    "password_file": os.environ.get("REGULARS_SMTP_PASSWORD_FILE", ""),
    "sender": os.environ.get("REGULARS_MAIL_FROM", ""),
}

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "procrastinate.contrib.django",
    "regulars.server.core",
    "regulars.server.web",
    "regulars.server.products",
    "regulars.server.customers",
    "regulars.server.evidence",
    "regulars.server.trade",
    "regulars.server.facts",
    "regulars.server.experiments",
    "regulars.server.channels",
    "regulars.server.delivery",
    "regulars.server.intake",
    "regulars.server.reception",
    "regulars.server.identity",
    "regulars.server.scoring",
    "regulars.server.tiers",
    "regulars.server.segments",
    "regulars.server.content",
    "regulars.server.outreach",
    "regulars.server.standards",
    "regulars.server.alerts",
    "regulars.server.promises",
    "regulars.server.loyalty",
    "regulars.server.care",
    "regulars.server.coverage",
    "regulars.server.books",
    "regulars.server.plans",
    "regulars.server.complaints",
    "regulars.server.rewards",
    "regulars.server.opportunities",
    "regulars.server.voice",
    "regulars.server.referrals",
    "regulars.server.campaigns",
    "regulars.server.journeys",
    "regulars.server.salons",
    "regulars.server.communities",
    "regulars.server.posts",
    "regulars.server.topics",
    "regulars.server.festivals",
    "regulars.server.training",
    "regulars.server.agenda",
    "regulars.server.insight",
    "regulars.server.privacy",
    "regulars.server.administration",
    "regulars.server.site",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "regulars.server.core.api.middleware.ApiMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "regulars.server.core.middleware.ViewerMiddleware",
    "regulars.server.web.middleware.RefusalMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "form-action": [SELF],
        "frame-ancestors": ["'none'"],
        "base-uri": [SELF],
        "object-src": ["'none'"],
    }
}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "regulars.server.core.context.company",
            ],
            "builtins": ["regulars.server.web.templatetags.regulars"],
        },
    }
]
ROOT_URLCONF = "regulars.server.site.urls"
WSGI_APPLICATION = "regulars.server.site.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "core.Person"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "regulars_language"
FORMAT_MODULE_PATH = "regulars.server.web.formats"
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = None
# Files are served from the package; no collectstatic step between pip and the first page.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 3600
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
FILE_UPLOAD_TEMP_DIR = None
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"regulars": {"level": "INFO"}},
}

POOL = {"min_size": 1, "max_size": 12, "timeout": 20}


def database(parameters: dict[str, str], *, pooled: bool) -> dict[str, object]:
    """Turn libpq's parameters into Django's; every request is one transaction."""
    known = {"host", "port", "dbname", "user", "password"}
    extra = {name: value for name, value in parameters.items() if name not in known}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": parameters.get("host", ""),
        "PORT": parameters.get("port", ""),
        "NAME": parameters["dbname"],
        "USER": parameters.get("user", ""),
        "PASSWORD": parameters.get("password", ""),
        "CONN_HEALTH_CHECKS": not pooled,
        "OPTIONS": extra | ({"pool": POOL} if pooled else {}),
    }
