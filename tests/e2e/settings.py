"""The demo as the browser tests see it: nobody needs a second factor, static files come from their sources."""

from config.settings.base import BASE_DIR
from config.settings.test import *  # noqa: F403
from config.settings.test import MFA_REQUIRED_ROLES

MFA_REQUIRED_ROLES.clear()
MEDIA_ROOT = BASE_DIR / "var" / "test" / "media"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
CELERY_BROKER_URL = "memory://"  # nobody listens: reports wait
ACCOUNT_RATE_LIMITS = False  # one address signs in more often than a person would
