"""Production. Nothing has a default that would be unsafe: what is missing stops the start."""

from email.utils import parseaddr
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from config.settings import environment as env
from config.settings.base import *
from config.settings.base import INSTALLED_APPS, STORAGES

DEBUG = False
DEMO = False
SECRET_KEY = env.required("KFA_SECRET_KEY")
ALLOWED_HOSTS = env.items("KFA_ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]

EMAIL_HOST = env.required("KFA_EMAIL_HOST")
EMAIL_PORT = env.integer("KFA_EMAIL_PORT", 587)
EMAIL_HOST_USER = env.optional("KFA_EMAIL_USER")
EMAIL_HOST_PASSWORD = env.optional("KFA_EMAIL_PASSWORD")
EMAIL_USE_TLS = env.flag("KFA_EMAIL_TLS", True)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.required("KFA_EMAIL_FROM")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
MEDIA_ROOT = Path(env.required("KFA_MEDIA_ROOT"))
STATIC_ROOT = Path(env.optional("KFA_STATIC_ROOT", "/srv/static"))

if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5:
    raise ImproperlyConfigured("KFA_SECRET_KEY must have at least 50 characters, made at random.")
if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("KFA_ALLOWED_HOSTS must name the hosts, separated by commas; * is refused.")
SITE_ADDRESS = env.optional("KFA_SITE_ADDRESS", f"https://{ALLOWED_HOSTS[0]}").rstrip("/")
if "@" not in parseaddr(DEFAULT_FROM_EMAIL)[1]:
    raise ImproperlyConfigured("KFA_EMAIL_FROM must be an e-mail address.")
if env.flag("KFA_DEMO") or "apps.demo" in INSTALLED_APPS:
    raise ImproperlyConfigured("The demo signs anybody in: it cannot run with production settings.")
