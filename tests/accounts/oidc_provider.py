"""A small OpenID Connect provider in a process of its own: discovery, JWKS, code flow with state, nonce and PKCE.

    python oidc_provider.py CLIENT_ID CLIENT_SECRET      prints its address, serves until it is ended

It signs in whom `POST /claims` named last, or answers with the error given there. What it checks it checks as a real
one does: redirect URI and verifier of the code, client secret, one use per code.
"""

import base64
import hashlib
import json
import secrets
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
KEY_ID = "test"


class Provider(ThreadingHTTPServer):
    """State of the provider: the next person, codes and tokens given out."""

    def __init__(self, client_id: str, client_secret: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.client = (client_id, client_secret)
        self.claims: dict[str, Any] = {}
        self.codes: dict[str, dict[str, Any]] = {}
        self.tokens: dict[str, dict[str, Any]] = {}

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        if url.path == "/.well-known/openid-configuration":
            self._json(self._configuration())
        elif url.path == "/jwks":
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
            self._json({"keys": [{**public, "kid": KEY_ID, "alg": "RS256", "use": "sig"}]})
        elif url.path == "/authorize":
            self._authorize(query)
        elif url.path == "/userinfo":
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            claims = self.server.tokens.get(token)
            self._json(claims or {"error": "invalid_token"}, 200 if claims else 401)
        else:
            self._json({"error": "not_found"}, 404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if self.path == "/claims":
            self.server.claims = json.loads(body)
            self._json({})
        elif self.path == "/token":
            self._token({name: values[0] for name, values in parse_qs(body).items()})
        else:
            self._json({"error": "not_found"}, 404)

    def log_message(self, *args: Any) -> None:
        """Quiet."""

    def _configuration(self) -> dict[str, Any]:
        issuer = self.server.issuer
        return {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "userinfo_endpoint": f"{issuer}/userinfo",
            "jwks_uri": f"{issuer}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        }

    def _authorize(self, query: dict[str, str]) -> None:
        if query.get("client_id") != self.server.client[0] or query.get("code_challenge_method") != "S256":
            return self._json({"error": "invalid_request"}, 400)
        answer = {"state": query["state"]}
        if "error" in self.server.claims:
            answer["error"] = self.server.claims["error"]
        else:
            answer["code"] = secrets.token_urlsafe()
            self.server.codes[answer["code"]] = {**query, "claims": self.server.claims}
        self.send_response(302)
        self.send_header("Location", f"{query['redirect_uri']}?{urlencode(answer)}")
        self.end_headers()
        return None

    def _token(self, form: dict[str, str]) -> None:
        asked = self.server.codes.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if (
            asked is None
            or (form.get("client_id"), form.get("client_secret")) != self.server.client
            or form.get("redirect_uri") != asked["redirect_uri"]
            or challenge.decode().rstrip("=") != asked["code_challenge"]
        ):
            return self._json({"error": "invalid_grant"}, 400)
        now, claims = int(time.time()), asked["claims"]
        payload = {"iss": self.server.issuer, "aud": asked["client_id"], "iat": now, "exp": now + 300, **claims}
        if "nonce" in asked:
            payload["nonce"] = asked["nonce"]
        token = secrets.token_urlsafe()
        self.server.tokens[token] = claims
        return self._json(
            {
                "access_token": token,
                "token_type": "Bearer",
                "expires_in": 300,
                "id_token": jwt.encode(payload, KEY, algorithm="RS256", headers={"kid": KEY_ID}),
            }
        )

    def _json(self, value: Any, status: int = 200) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    server = Provider(sys.argv[1], sys.argv[2])
    print(server.issuer, flush=True)
    server.serve_forever()
