"""The demo of the browser tests with a broker that delivers: what a click orders, a worker beside it does."""

import os
from urllib.parse import urlsplit

from tests.e2e.settings import *  # noqa: F403

CELERY_BROKER_URL = urlsplit(os.environ["REDIS_URL"])._replace(path="/8").geturl()
CELERY_TASK_DEFAULT_QUEUE = os.environ["KFA_TEST_QUEUE"]  # nobody else's messages
