from typing import Any

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _no_second_factor_asked_for(settings: Any) -> None:
    """A second factor only where the test is about it; no rate limit left over from another test."""
    settings.ACCOUNT_ADAPTER = "apps.municipalities.adapters.AccountAdapter"
    settings.SOCIALACCOUNT_ADAPTER = "apps.municipalities.adapters.SocialAccountAdapter"
    settings.MFA_REQUIRED_ROLES = []
    cache.clear()
