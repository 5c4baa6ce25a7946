from typing import Any

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _accounts_as_in_production(settings: Any) -> None:
    """allauth's hooks, no rate limit left over from another test; a second factor only where the test is about it."""
    settings.ACCOUNT_ADAPTER = "apps.municipalities.adapters.AccountAdapter"
    settings.SOCIALACCOUNT_ADAPTER = "apps.municipalities.adapters.SocialAccountAdapter"
    settings.MFA_ADAPTER = "apps.accounts.adapters.SecondFactorAdapter"
    settings.WRITING_GETS = [*settings.WRITING_GETS, "account_email", "usersessions_list"]
    settings.MFA_REQUIRED_ROLES = []
    cache.clear()
