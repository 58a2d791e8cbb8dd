"""All settings, read from the environment. What is not set here by a variable is the same everywhere.

ASSAY_HOME               folder of the installation (default: the user's state folder; for root /var/lib/assay)
DATABASE_URL, REDIS_URL  servers to use instead of the embedded ones; both or neither
ASSAY_HOSTS              names this server answers to, separated by commas (localhost always)
ASSAY_HTTPS              yes where a proxy in front serves https and sets X-Forwarded-Proto
ASSAY_TIME_ZONE          the company's time zone (default UTC)
ASSAY_CURRENCY           the company's currency (default USD)
ASSAY_PG_BIN             folder of pg_dump, pg_restore and psql for backups (default: those of the embedded PostgreSQL)
ASSAY_SMTP_URL           mail server to send by, such as smtp://user:password@host:587 (default: nothing is sent)
ASSAY_MAIL_FROM          the address mail comes from; needed with ASSAY_SMTP_URL
ASSAY_LOG_LEVEL          DEBUG, INFO (default), WARNING or ERROR
"""

from __future__ import annotations

from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config import env, home, logs, programs
from config.schedule import SCHEDULE

BASE_DIR = Path(__file__).resolve().parent.parent
ASSAY_HOME = home.path()
ASSAY_CURRENCY = env.currency("ASSAY_CURRENCY")
ASSAY_FILES = ASSAY_HOME / "files"
ASSAY_FRAMES = ASSAY_HOME / "frames"  # kept between computations; can be made again

DEBUG = False
SECRET_KEY = home.secret_key(ASSAY_HOME)
ASSAY_HTTPS = env.flag("ASSAY_HTTPS")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *env.hosts("ASSAY_HOSTS")]

# Databases -----------------------------------------------------------------------------------------------------------

_database, _redis = env.database("DATABASE_URL"), env.redis("REDIS_URL")
if (_database is None) != (_redis is None):
    raise ImproperlyConfigured("Set DATABASE_URL and REDIS_URL both, or neither for the embedded services.")
ASSAY_EMBEDDED = _database is None
ASSAY_PG_BIN = programs.postgres_clients()
_sockets = home.socket_folder(ASSAY_HOME)
ASSAY_REDIS = _redis or f"unix://{_sockets}/redis.sock?db=0"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        **(_database or {"NAME": "assay", "USER": "assay", "HOST": str(_sockets), "PORT": str(env.DATABASE_PORT)}),
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": ASSAY_REDIS,
        "KEY_PREFIX": "assay",
    }
}

# Applications --------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "config.apps.ConfigConfig",
    "scoreboard.apps.ScoreboardConfig",
    "metrics.apps.MetricsConfig",
    "coaching.apps.CoachingConfig",
    "revenue.apps.RevenueConfig",
    "core.apps.CoreConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "core.per_request.per_request",  # before the person is read: they are what a page depends on first
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.refused_method.refused_method",  # last: the page is drawn with all that the others give
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
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
                "csp.context_processors.nonce",
                "core.kept_pages.hole",
            ],
        },
    }
]

# Language, time, static files ----------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = env.time_zone("ASSAY_TIME_ZONE")
STATIC_URL = "static/"
STATIC_ROOT = ASSAY_HOME / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = ASSAY_FILES
# Uploads are streamed to disk; the home is on the disk that was sized for them, /tmp may be memory.
FILE_UPLOAD_TEMP_DIR = str(ASSAY_FILES) if ASSAY_FILES.is_dir() else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

# Sign-in -------------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = [
    "core.backends.WithTeams",
    "allauth.account.auth_backends.AuthenticationBackend",  # whoever signed in before the first was there stays so
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "core.signin.AccountAdapter"
ACCOUNT_FORMS = {"login": "core.signin_forms.LoginForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
# Failed sign-ins are counted by address; behind a proxy that is the one the proxy saw, not the proxy's own.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if ASSAY_HTTPS else 0
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Assay"
# Mail is written to files until an operator turns sending on: nothing leaves the server unasked.
_smtp = env.smtp("ASSAY_SMTP_URL")
ASSAY_MAIL = _smtp is not None
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if _smtp else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = ASSAY_HOME / "mail"
EMAIL_TIMEOUT = 10  # seconds: a mail server that hangs must not hold a page
DEFAULT_FROM_EMAIL = env.sender("ASSAY_MAIL_FROM", needed=ASSAY_MAIL) or "assay@localhost"
globals().update(_smtp or {})

# Web security --------------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_ENGINE = "core.session_store"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ASSAY_HTTPS
SECURE_SSL_REDIRECT = ASSAY_HTTPS
# The container's own health check and the proxy's ask over plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^health/?$"]
SECURE_HSTS_SECONDS = 31_536_000 if ASSAY_HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ASSAY_HTTPS else None
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS[3:]] if ASSAY_HTTPS else []

# Background work -----------------------------------------------------------------------------------------------------

CELERY_BROKER_URL = env.broker(ASSAY_REDIS)
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
# The truth about work is a row in PostgreSQL; Redis is the doorbell, and keeps no results.
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
# Without it a task whose child was killed would count as done.
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# Longer than any task: a shorter one hands a running task to a second worker.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 12 * 3600}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = SCHEDULE

LOGGING = logs.configure(env.choice("ASSAY_LOG_LEVEL", ("INFO", "DEBUG", "WARNING", "ERROR")))
