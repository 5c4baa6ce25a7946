"""The demo with a broker that delivers, and mails as files: what the worker sends can be opened as it arrives."""

import os

from tests.e2e.path_settings import *  # noqa: F403

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = os.environ["KFA_TEST_MAILS"]
