"""Unmodified google-auth does every flow against the fake Google. argv[1]: a JSON file with `origin`, where the fake is
served, and one credential of each kind. Prints the tokens that it got as one JSON line."""

import json
import sys
from urllib.parse import urlsplit

import google.auth
import google.auth.transport.requests
import requests
from google.auth import impersonated_credentials
from google.oauth2 import service_account

SCOPE = "https://www.googleapis.com/auth/devstorage.read_only"
CLOUD_PLATFORM = "https://www.googleapis.com/auth/cloud-platform"
AUDIENCE = "https://service.example.com"

with open(sys.argv[1], encoding="utf-8") as file:
    given = json.load(file)


class ToTheFake(requests.adapters.HTTPAdapter):
    """Sends what is meant for Google to the fake, under the name that it was meant for."""

    def send(self, request, **options):
        url = urlsplit(request.url)
        if not url.hostname.endswith((".googleapis.com", ".cloud.example")) or url.scheme != "https":
            raise RuntimeError(f"not an address of Google: {request.url}")
        request.headers["Host"] = url.hostname
        request.url = given["origin"] + request.url[len(f"https://{url.netloc}") :]
        return super().send(request, **options)


# Some credentials open a session of their own, so each session gets the adapter.
mount_all = requests.Session.__init__


def init(session, *args, **options):
    mount_all(session, *args, **options)
    session.trust_env = False
    session.mount("https://", ToTheFake())


requests.Session.__init__ = init
request = google.auth.transport.requests.Request()


def credentials_of(name, scopes):
    return google.auth.load_credentials_from_dict(given[name], scopes=scopes)[0]


def token_of(credentials):
    credentials.refresh(request)
    return credentials.token


def impersonated(source):
    chain = {"target_principal": given["target"], "target_scopes": [SCOPE], "delegates": given["delegates"]}
    return impersonated_credentials.Credentials(source, lifetime=900, **chain)


key = credentials_of("serviceAccount", [CLOUD_PLATFORM])
elsewhere = {**given["serviceAccount"], "universe_domain": "cloud.example"}
federated = credentials_of("externalAccount", [CLOUD_PLATFORM])
results = {
    "serviceAccount": token_of(credentials_of("serviceAccount", [SCOPE])),
    "serviceAccountId": token_of(
        service_account.IDTokenCredentials.from_service_account_info(given["serviceAccount"], target_audience=AUDIENCE)
    ),
    "user": token_of(credentials_of("user", None)),
    "workforce": token_of(credentials_of("workforce", None)),
    "externalAccount": token_of(credentials_of("externalAccount", [SCOPE])),
    "externalImpersonated": token_of(credentials_of("externalImpersonated", [SCOPE])),
    "impersonatedFile": token_of(credentials_of("impersonatedFile", [SCOPE])),
    "impersonated": token_of(impersonated(key)),
    "impersonatedSelfSigned": token_of(impersonated(key.with_always_use_jwt_access(True))),
    "otherUniverseId": token_of(
        service_account.IDTokenCredentials.from_service_account_info(elsewhere, target_audience=AUDIENCE)
    ),
    "impersonatedId": token_of(
        impersonated_credentials.IDTokenCredentials(impersonated(key), target_audience=AUDIENCE, include_email=True)
    ),
}
print(json.dumps(results))
