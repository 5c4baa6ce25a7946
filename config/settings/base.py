"""Settings shared by development, tests and production."""

from pathlib import Path
from typing import Any

import django_stubs_ext
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config.settings import environment as env

django_stubs_ext.monkeypatch()  # ModelForm[User], QuerySet[User]: generic at run time as they are for mypy

BASE_DIR = Path(__file__).resolve().parent.parent.parent

# --- Applications, from the bottom of the house upwards --------------------------------------------------
LOCAL_APPS = [
    "apps.core",
    "apps.audit",
    "apps.notifications",
    "apps.accounts",
    "apps.municipalities",
    "apps.files",
    "apps.reports",
    "apps.instruments",
    "apps.assessments",
    "apps.reviews",
    "apps.recommendations",
    "apps.training",
    "apps.commitments",
    "apps.dashboard",
]
# An app still being laid out has no package yet; everything below reads this list.
LOCAL_APPS = [name for name in LOCAL_APPS if (BASE_DIR / name.replace(".", "/") / "apps.py").exists()]

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "guardian",
    "import_export",
    "django_htmx",
    "csp",
    *LOCAL_APPS,
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "apps.municipalities.middleware.ScopeMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "apps.core.context.site",
            ],
        },
    }
]
FORM_RENDERER = "apps.core.forms_renderer.KernFormRenderer"

# --- Databases: `default` is the application role, `owner` migrates ---------------------------------------
DATABASES: dict[str, dict[str, Any]] = {"default": env.database("DATABASE_URL")}
if env.optional("DATABASE_OWNER_URL"):  # migrations, maintenance and tests; web server and worker do without it
    DATABASES["owner"] = env.database("DATABASE_OWNER_URL")
    DATABASES["owner"]["TEST"] = {"DEPENDENCIES": []}
    DATABASES["default"]["TEST"] = {"MIRROR": "owner"}
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASE_ROUTERS: list[str] = []

# Tables that belong to no municipality, each with its reason; own models say it themselves (`shared_because`).
SHARED_MODELS = {
    "admin.LogEntry": "Django's admin journal; the admin is open to project staff only.",
    "auth.Permission": "Django's permission names, the same everywhere.",
    "auth.Group": "Django's groups; unused, required by the framework.",
    "auth.Group_permissions": "Django's groups; unused, required by the framework.",
    "contenttypes.ContentType": "Names of the models.",
    "sessions.Session": "A person's session; a person may work in several municipalities.",
    "account.EmailAddress": "A person's address; a person may work in several municipalities.",
    "account.EmailConfirmation": "Confirmation of a person's address.",
    "mfa.Authenticator": "A person's second factor.",
    "usersessions.UserSession": "A person's list of open sessions.",
    "socialaccount.SocialApp": "Provider of single sign-on; bound to its municipality by a row of its own.",
    "socialaccount.SocialAccount": "A person's identity at a provider.",
    "socialaccount.SocialToken": "A person's token at a provider; storing is switched off.",
    "guardian.UserObjectPermission": "Object grants, asked only by policies.py.",
    "guardian.GroupObjectPermission": "Object grants, asked only by policies.py.",
}

# --- Sign-in -----------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "my-page"
ACCOUNT_ADAPTER = "apps.municipalities.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = None
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Kommunen für alle"
SOCIALACCOUNT_ADAPTER = "apps.municipalities.adapters.SocialAccountAdapter"
MFA_ADAPTER = "apps.accounts.adapters.SecondFactorAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # a provider claiming a foreign address would sign in as that person
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_STORE_TOKENS = False
USERSESSIONS_TRACK_ACTIVITY = False
GUARDIAN_MONKEY_PATCH_USER = False
ANONYMOUS_USER_NAME = None
# Roles of which a second factor is demanded; "project_staff" and the roles of Membership.
MFA_REQUIRED_ROLES = ["project_staff", "coordinator", "signatory", "evaluator"]
INVITATION_DAYS = 14
TRUSTED_PROXY_COUNT = env.integer("KFA_TRUSTED_PROXIES", 0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 12
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_USE_SESSIONS = False
CSRF_FAILURE_VIEW = "apps.core.error_views.csrf_failure"

# --- Language and time ----------------------------------------------------------------------------------------
LANGUAGE_CODE = "de"
LANGUAGES = [("de", _("German")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale" / name.rpartition(".")[2] for name in [*LOCAL_APPS, "apps.demo"]]
TIME_ZONE = "Europe/Berlin"
USE_I18N = True
USE_TZ = True

# --- Files --------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
MEDIA_ROOT = BASE_DIR / "var" / "media"  # never served by a URL: downloads go through views that authorise
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# --- Queue, cache, mail ----------------------------------------------------------------------------------------
REDIS_URL = env.required("REDIS_URL")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://")
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_TIMEZONE = TIME_ZONE
_ACROSS = {"scope": {"name": "programme"}}
#: The scope that hands out seats only the person concerned may know of.
_ALLOCATING = {"scope": {"name": "allocation"}}
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "take steps of pilots that were missed": {
        "task": "recommendations.sweep_pilots",
        "schedule": crontab(minute="25"),
        "kwargs": _ACROSS,
    },
    "requeue what a dead worker left": {"task": "reports.sweep", "schedule": 20.0, "kwargs": _ACROSS},
    "send what is waiting in the outbox": {"task": "notifications.sweep", "schedule": 30.0, "kwargs": _ACROSS},
    "offer seats a lost task has left": {"task": "training.sweep_seats", "schedule": 60.0, "kwargs": _ACROSS},
    "offer confidential seats a lost task has left": {
        "task": "training.sweep_seats",
        "schedule": 60.0,
        "kwargs": _ALLOCATING,
    },
    "settle sessions that were held": {"task": "training.settle_held", "schedule": 300.0, "kwargs": _ACROSS},
    "make packages a dead worker left": {"task": "training.sweep_packages", "schedule": 30.0, "kwargs": _ACROSS},
    "remove files of modules that no row names": {
        "task": "training.sweep_module_files",
        "schedule": crontab(hour="3", minute="50"),
        "kwargs": _ACROSS,
    },
    "remind of trainings": {
        "task": "training.remind",
        "schedule": crontab(hour="7", minute="15"),
        "kwargs": _ACROSS,
    },
    "remind of confidential trainings": {
        "task": "training.remind",
        "schedule": crontab(hour="7", minute="15"),
        "kwargs": _ALLOCATING,
    },
    "remind of what is due": {
        "task": "assessments.remind",
        "schedule": crontab(hour="7", minute="30"),
        "kwargs": _ACROSS,
    },
    "remind of deadlines of waves": {
        "task": "assessments.remind_waves",
        "schedule": crontab(hour="7", minute="40"),
        "kwargs": _ACROSS,
    },
    "remind of rounds that end": {
        "task": "recommendations.remind_rounds",
        "schedule": crontab(hour="7", minute="45"),
        "kwargs": _ACROSS,
    },
    "remind the panel": {
        "task": "reviews.remind",
        "schedule": crontab(hour="7", minute="50"),
        "kwargs": _ACROSS,
    },
    "remind of measures": {
        "task": "commitments.remind",
        "schedule": crontab(hour="7", minute="55"),
        "kwargs": _ACROSS,
    },
    "requeue synopses that a dead worker left": {
        "task": "recommendations.sweep_synopses",
        "schedule": 20.0,
        "kwargs": _ACROSS,
    },
    "requeue questionnaires that a dead worker left": {
        "task": "instruments.sweep_papers",
        "schedule": 20.0,
        "kwargs": _ACROSS,
    },
    "remove uploads that no row names": {
        "task": "files.sweep",
        "schedule": crontab(hour="3", minute="40"),
        "kwargs": _ACROSS,
    },
    "remove expired sessions": {
        "task": "accounts.clear_sessions",
        "schedule": crontab(hour="3", minute="10"),
        "kwargs": _ACROSS,
    },
}
REPORT_STALE_SECONDS = 30  # a job whose worker has been silent for so long is given to another
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
DEFAULT_FROM_EMAIL = "Kommunen für alle <noreply@kommunen.example>"

# --- Scopes: the exceptions, each tested by name -----------------------------------------------------------------
# Pages below /k/<slug>/ that somebody who is not (yet) a member may open.
MUNICIPALITY_PAGES_FOR_GUESTS = [
    "municipalities-join",
    "municipalities-sso",
    "assessments-contribute",  # a personal link to one section; the token decides
    "assessments-contribute-answer",
    "assessments-contribute-hand-back",
    "assessments-contribute-evidence",
    "assessments-contribute-evidence-file",
    "assessments-contribute-upload",
    "assessments-contribute-upload-file",
    "assessments-outside-read",  # a personal link for an organisation that reads from outside
    "assessments-outside-section",
    "assessments-outside-submit",
    "commitments-calendar-feed",  # a personal address of a calendar; the token decides
    "commitments-commitment-public",  # there only while the municipality shows it
]
# Pages whose GET writes.
WRITING_GETS = [
    "account_confirm_email",
    "account_email",  # allauth makes the row of the first address here
    "openid_connect_login",
    "openid_connect_callback",
    "usersessions_list",  # allauth removes sessions that have ended
]

# --- Security ------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
        "object-src": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- The project itself -----------------------------------------------------------------------------------------------
DEMO = False
ORGANISATION = {
    "name": "Europäische Städtekoalition gegen Rassismus e. V. (ECCAR e. V.)",
    "office": "Amt für Chancengleichheit, Stadt Heidelberg",
    "street": "Eppelheimer Straße 13",
    "city": "69115 Heidelberg",
    "email": "office@eccar.info",
}
FUNDER_LINE = (
    "Gefördert vom Bundesministerium für Bildung, Familie, Senioren, Frauen und Jugend "
    "im Rahmen des Bundesprogramms Demokratie leben!"
)

#: Scheme and host of this site without a slash at the end, for the mails that no request leads to.
SITE_ADDRESS = env.optional("KFA_SITE_ADDRESS", "http://127.0.0.1:8000").rstrip("/")

#: Ed25519, 32 bytes as base64; empty: drawn from SECRET_KEY. Public keys that signed before, so that they still verify.
CERTIFICATE_SIGNING_KEY = env.optional("KFA_CERTIFICATE_KEY")
CERTIFICATE_FORMER_PUBLIC_KEYS = env.items("KFA_CERTIFICATE_FORMER_KEYS")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without_tokens": {"()": "apps.core.log_filters.WithoutTokens"}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["without_tokens"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"apps": {"level": "INFO"}},
}
