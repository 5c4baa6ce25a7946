"""A passkey as a browser would have registered it."""

from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

KEY = b"a passkey of the browser tests"


def registered() -> dict[str, Any]:
    """The response of a registration, as allauth keeps it."""
    public_key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.AT
    credential = AttestedCredentialData.create(bytes(16), KEY, public_key)
    attestation = AttestationObject.create("none", AuthenticatorData.create(bytes(32), flags, 0, credential), {})
    client = CollectedClientData.create("webauthn.create", b"challenge", "http://127.0.0.1")
    return {
        "type": "public-key",
        "id": websafe_encode(KEY),
        "rawId": websafe_encode(KEY),
        "response": {
            "clientDataJSON": websafe_encode(client),
            "attestationObject": websafe_encode(attestation),
        },
        "clientExtensionResults": {},
    }
