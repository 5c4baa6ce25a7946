"""Who gets what from the pages about accounts."""

from collections.abc import Mapping
from typing import Any

from tests.consistency.access import Row, World


def _provider(world: World) -> Mapping[str, Any]:
    return {"provider_id": str(world.municipality.pk)}


def _colleague(world: World) -> Mapping[str, Any]:
    return {"pk": world.people["staff"].pk}


# Before anything that protects the account is changed, allauth asks for the password again: 302.
ACCESS = {
    "accounts-profile": Row.of_person(),
    "account_security": Row.of_person(),
    "second-factor-required": Row.of_person(),
    "accounts-project-staff": Row.in_programme(),
    "accounts-project-staff-remove": Row.in_programme(kwargs=_colleague),
    "account_login": Row.for_all(302, anonymous=200),
    "account_logout": Row.of_person(),
    "account_signup": Row.for_all(302, anonymous=200),
    "account_inactive": Row.for_all(),
    "account_reauthenticate": Row.of_person(),
    "account_email": Row.of_person(),
    "account_email_verification_sent": Row.for_all(),
    "account_confirm_email": Row.for_all(kwargs=lambda world: {"key": "no-such-key"}),
    "account_change_password": Row.of_person(),
    "account_set_password": Row.of_person(302),
    "account_confirm_login_code": Row.for_all(302),
    "account_reset_password": Row.for_all(),
    "account_reset_password_done": Row.for_all(),
    "account_reset_password_from_key": Row.for_all(kwargs=lambda world: {"uidb36": "1", "key": "no-such-key"}),
    "account_reset_password_from_key_done": Row.for_all(),
    "mfa_index": Row.of_person(),
    "mfa_authenticate": Row.for_all(302),
    "mfa_reauthenticate": Row.of_person(302),
    "mfa_activate_totp": Row.of_person(302),
    "mfa_deactivate_totp": Row.of_person(404),
    "mfa_view_recovery_codes": Row.of_person(404),
    "mfa_generate_recovery_codes": Row.of_person(302),
    "mfa_download_recovery_codes": Row.of_person(404),
    "mfa_list_webauthn": Row.of_person(),
    "mfa_add_webauthn": Row.of_person(302),
    "mfa_login_webauthn": Row.for_all(302),
    "mfa_reauthenticate_webauthn": Row.of_person(302),
    "mfa_edit_webauthn": Row.of_person(302, kwargs=lambda world: {"pk": 1}),
    "mfa_remove_webauthn": Row.of_person(302, kwargs=lambda world: {"pk": 1}),
    "usersessions_list": Row.of_person(),
    "openid_connect_login": Row.for_all(404, kwargs=_provider),
    "openid_connect_callback": Row.for_all(404, kwargs=_provider),
    "socialaccount_login_cancelled": Row.for_all(),
    "socialaccount_login_error": Row.for_all(401),
    "socialaccount_signup": Row.for_all(302),
    "socialaccount_connections": Row.for_all(302),
}
