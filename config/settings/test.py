"""Tests: real PostgreSQL and Redis, mail kept in memory."""

import os

from config.settings.base import *
from config.settings.base import BASE_DIR, DATABASES, INSTALLED_APPS, MFA_REQUIRED_ROLES

SECRET_KEY = "only-for-tests-" + "x" * 50
DEBUG = False
SITE_ADDRESS = "https://kommunen.example"
DEMO = True  # the demo's pages are tested like all others
ALLOWED_HOSTS = ["*"]
if (BASE_DIR / "apps/demo/apps.py").exists():
    INSTALLED_APPS.append("apps.demo")
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MFA_REQUIRED_ROLES.clear()  # tests about the second factor name the roles themselves
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
WHITENOISE_AUTOREFRESH = True

if name := os.environ.get("KFA_TEST_DB"):  # several test runs at once against one server
    DATABASES["owner"]["TEST"]["NAME"] = f"test_kfa_{name}"
