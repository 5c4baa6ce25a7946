"""Development and the demo. With KFA_DEMO=1 the demo programme is there: sign-in by one click, mails on a page."""

import secrets

from config.settings import environment as env
from config.settings.base import *
from config.settings.base import BASE_DIR, INSTALLED_APPS, MFA_REQUIRED_ROLES, STORAGES

DEBUG = env.flag("KFA_DEBUG", False)
DEMO = env.flag("KFA_DEMO", False)


def _local_secret() -> str:
    """A secret of this checkout's own, made once, so that sessions outlive a restart."""
    path = BASE_DIR / "var" / "secret-key"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


SECRET_KEY = _local_secret()
ALLOWED_HOSTS = ["*"]
INTERNAL_IPS = ["127.0.0.1"]
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"

if DEMO:
    INSTALLED_APPS.append("apps.demo")
    MFA_REQUIRED_ROLES.clear()
    EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"  # /demo/ shows the outbox instead
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
