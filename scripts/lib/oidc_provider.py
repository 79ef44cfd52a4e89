"""An OpenID Connect provider on loopback, oidc-provider-mock with a few doors more, that behaves well or badly.

Prints its issuer and serves until its standard input ends. A second start on the same port has new keys. People get
tokens by the authorization code flow; POST /access-tokens gives one of Authlib's access tokens (RFC 9068), and PUT
/behaviour changes how the metadata and the keys are answered.
"""

import argparse
import json
import logging
import os
import sys
import threading
import time
import warnings
from pathlib import Path

warnings.simplefilter("ignore")
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

import flask  # noqa: E402
import oidc_provider_mock  # noqa: E402
import werkzeug.serving  # noqa: E402
from authlib.oauth2.rfc9068 import JWTBearerTokenGenerator  # noqa: E402
from mail_server import certificate  # noqa: E402

BEHAVIOURS = """good slow trickle garbage empty not-found redirect endless other-issuer slash-issuer no-keys clear-keys
cached uncached""".split()
DOCUMENTS = {"/.well-known/openid-configuration", "/jwks"}


class Misbehaviour:
    """Stands between the network and the provider, and counts what is asked for."""

    def __init__(self, app):
        self.app = app
        self.behaviour = "good"
        self.asked = {path: 0 for path in DOCUMENTS}

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        if path == "/behaviour":
            self.behaviour = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode()
            assert self.behaviour in BEHAVIOURS, self.behaviour
            return self.answer(start_response, "204 No Content", [])
        if path == "/asked":
            return self.answer(start_response, "200 OK", [json.dumps(self.asked).encode()])
        if path not in DOCUMENTS:
            return self.app(environ, start_response)
        self.asked[path] += 1
        return self.document(environ, start_response, path)

    def document(self, environ, start_response, path):
        is_metadata = path != "/jwks"
        match self.behaviour:
            case "slow":
                time.sleep(60)
            case "trickle":
                return self.answer(start_response, "200 OK", self.trickle())
            case "garbage":
                return self.answer(start_response, "200 OK", [b"<html>down for maintenance 010594Y9032</html>"])
            case "empty":
                return self.answer(start_response, "200 OK", [b"{}"])
            case "not-found":
                return self.answer(start_response, "404 Not Found", [b"{}"])
            case "endless":
                return self.answer(start_response, "200 OK", (b"[" * 4096 for _ in iter(int, 1)))
            case "redirect" if is_metadata:
                return self.answer(start_response, "302 Found", [], ("Location", "/elsewhere"))
            case "no-keys" if not is_metadata:
                return self.answer(start_response, "200 OK", [b'{"keys":[]}'])
            case "other-issuer" | "slash-issuer" | "clear-keys" if is_metadata:
                return self.answer(start_response, "200 OK", [self.falsified(environ)])
            case "cached" | "uncached" if not is_metadata:
                value = "max-age=1800" if self.behaviour == "cached" else "no-store"
                return self.app(environ, lambda s, h, *e: start_response(s, [*h, ("Cache-Control", value)], *e))
        return self.app(environ, start_response)

    def falsified(self, environ):
        metadata = json.loads(b"".join(self.app(environ, lambda *_: None)))
        if self.behaviour == "other-issuer":
            metadata["issuer"] = "https://login.example.fi"
        elif self.behaviour == "slash-issuer":
            metadata["issuer"] += "/"
        else:
            metadata["jwks_uri"] = "http://keys.example.fi/jwks"
        return json.dumps(metadata).encode()

    @staticmethod
    def trickle():
        yield b"{"
        while True:
            time.sleep(0.2)
            yield b" "

    @staticmethod
    def answer(start_response, status, body, *headers):
        start_response(status, [("Content-Type", "application/json"), *headers])
        return body


class AccessTokens(JWTBearerTokenGenerator):
    """Authlib's access tokens, signed with the provider's key, with the claims of a person."""

    def __init__(self, issuer, key, audience, claims):
        super().__init__(issuer, alg="RS256")
        self.key = key
        self.audience = audience
        self.claims = claims

    def get_jwks(self):
        return self.key.as_dict(is_private=True)

    def get_audiences(self, client, user, scope):
        return self.audience

    def get_extra_claims(self, client, grant_type, user, scope):
        return self.claims


class Subject:
    def __init__(self, name):
        self.name = name

    def get_user_id(self):
        return self.name

    def get_client_id(self):
        return self.name


def provider():
    app = oidc_provider_mock.app()

    @app.post("/access-tokens")
    def access_tokens():
        wanted = flask.request.json
        key = flask.g.oidc_provider_mock_storage.jwk
        issuer = flask.request.host_url.rstrip("/")
        tokens = AccessTokens(issuer, key, wanted["audience"], wanted.get("claims", {}))
        return tokens.access_token_generator(Subject(wanted["client"]), "authorization_code", Subject(wanted["subject"]), "openid")

    return app


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--tls", action="store_true", help="with a certificate of FOLDER/authority.pem for localhost")
    options = parser.parse_args()

    def end_with_parent():
        sys.stdin.buffer.read()
        os._exit(0)

    threading.Thread(target=end_with_parent, daemon=True).start()
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    context = certificate(Path(options.folder), "localhost") if options.tls else None
    server = werkzeug.serving.make_server(
        "127.0.0.1", options.port, Misbehaviour(provider()), threaded=True, ssl_context=context
    )
    print(f"{'https' if options.tls else 'http'}://localhost:{server.port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
