"""Unmodified Python clients against the server that the variables name: `checks.py up|down loopback`."""

import asyncio
import os
import sys
import time

import aiohttp
import google.auth
import google.auth._default_async
import google.auth.transport.requests
import google.auth.transport.urllib3
import httplib2
import jwt
import oauth2client.client
import requests
import urllib3
from gcloud.aio.auth import Token
from gcsfs import GCSFileSystem
from google.auth import compute_engine, exceptions
from google.auth.compute_engine import _metadata
from google.auth.transport import _aiohttp_requests
from google.cloud import storage
from google.oauth2 import _id_token_async, id_token
from oauth2client.contrib import gce
from report import check, done, equal, raises, versions

ORIGIN = os.environ["EMULATOR_ORIGIN"]
STUB = os.environ["STUB_ORIGIN"]
JWKS = f"{ORIGIN}/emulator/v1/issuer/jwks"
AUDIENCE = "https://service.example.com/path?with=query"
EMAIL = "412345678901-compute@developer.gserviceaccount.com"
SCOPES = ["https://www.googleapis.com/auth/cloud-platform"]

request = google.auth.transport.requests.Request()


def account_of(token):
    answer = requests.get(f"{ORIGIN}/emulator/v1/issuer/tokeninfo", {"access_token": token}, timeout=10)
    return answer.json()["email"]


def verified(token):
    claims = id_token.verify_token(token, request, AUDIENCE, certs_url=JWKS)
    equal((claims["aud"], claims["iss"], claims["email"]), (AUDIENCE, "https://accounts.google.com", EMAIL))


def default_finds_us():
    credentials, project = google.auth.default(scopes=SCOPES)
    equal((type(credentials), project), (compute_engine.Credentials, "emulated-project"))


def refresh(transport):
    credentials = compute_engine.Credentials(scopes=SCOPES)
    credentials.refresh(transport)
    equal((account_of(credentials.token), credentials.service_account_email), (EMAIL, EMAIL))
    # By now it asks for the e-mail instead of `default`.
    credentials.refresh(transport)
    equal(account_of(credentials.token), EMAIL)
    left = credentials.expiry.timestamp() - time.time() + time.localtime().tm_gmtoff
    assert left > 360, f"{left} s left"


def universe():
    equal(compute_engine.Credentials().universe_domain, "googleapis.com")
    credentials, _ = google.auth.default()
    equal(credentials.universe_domain, "googleapis.com")


def identity():
    credentials = compute_engine.IDTokenCredentials(request, AUDIENCE, use_metadata_identity_endpoint=True)
    credentials.refresh(request)
    assert credentials.expiry is not None
    verified(credentials.token)


def wrong_audience():
    token = id_token.fetch_id_token(request, AUDIENCE)
    raises(jwt.InvalidAudienceError, lambda: id_token.verify_token(token, request, "https://other.example.com", certs_url=JWKS))


async def default_async():
    credentials, project = google.auth._default_async.default_async(scopes=SCOPES)
    equal(project, "emulated-project")
    credentials.refresh(request)
    equal(account_of(credentials.token), EMAIL)


async def identity_async():
    verified(await _id_token_async.fetch_id_token(_aiohttp_requests.Request(), AUDIENCE))


async def gcloud_aio():
    # To this version it is an error that the folder has no credentials, once the folder has been named.
    os.environ.pop("CLOUDSDK_CONFIG", None)
    async with Token(scopes=SCOPES) as token:
        equal(await token.get_project(), "emulated-project")
        equal(account_of(await token.get()), EMAIL)


def legacy():
    equal(oauth2client.client._in_gce_environment(), True)
    credentials = gce.AppAssertionCredentials(email=None)
    credentials.refresh(httplib2.Http())
    equal(account_of(credentials.access_token), EMAIL)
    assert set(SCOPES) <= set(credentials.scopes), credentials.scopes


def cloud_storage():
    client = storage.Client(client_options={"api_endpoint": STUB})
    equal(client.project, "emulated-project")
    equal([blob.name for blob in client.list_blobs("emulated-bucket")], ["greeting.txt"])


def gcsfs_lists():
    files = GCSFileSystem(token="google_default", endpoint_url=STUB, experimental_zonal_hns_support=False)
    equal(files.ls("emulated-bucket"), ["emulated-bucket/greeting.txt"])


def without_server():
    raises(exceptions.DefaultCredentialsError, google.auth.default)


def no_refresh():
    credentials = compute_engine.Credentials(scopes=SCOPES)
    raises(exceptions.RefreshError, lambda: credentials.refresh(request))


versions("google-auth", "google-cloud-storage", "gcsfs", "gcloud-aio-auth", "oauth2client")
if sys.argv[1] == "down":
    check("google-auth", "`_metadata.ping()` is false", [], lambda: equal(_metadata.ping(request), False))
    check("google-auth", "`google.auth.default()` raises DefaultCredentialsError", [], without_server)
    check("google-auth", "`compute_engine.Credentials().refresh()` raises RefreshError", [], no_refresh)
    check(
        "google-auth",
        "`id_token.fetch_id_token()` raises DefaultCredentialsError",
        [],
        lambda: raises(exceptions.DefaultCredentialsError, lambda: id_token.fetch_id_token(request, AUDIENCE)),
    )
    check(
        "gcloud-aio-auth",
        "`Token.get()` raises ClientConnectionError",
        [],
        lambda: raises(aiohttp.ClientConnectionError, lambda: asyncio.run(gcloud_aio())),
    )
    check(
        "oauth2client",
        "`_in_gce_environment()` is false",
        [],
        lambda: equal(oauth2client.client._in_gce_environment(), False),
    )
else:
    check("google-auth", "`_metadata.ping()`: the root", ["R1", "R3"], lambda: equal(_metadata.ping(request), True))
    check("google-auth", "`google.auth.default()`: credentials and project", ["R1", "R4", "R5"], default_finds_us)
    check(
        "google-auth",
        "`Credentials.refresh()` twice, over requests: first `default`, then the e-mail",
        ["R7", "R8", "R11", "R12", "R24"],
        lambda: refresh(request),
    )
    check(
        "google-auth",
        "the same over urllib3",
        ["R7", "R8", "R11", "R24"],
        lambda: refresh(google.auth.transport.urllib3.Request(urllib3.PoolManager())),
    )
    check("google-auth", "`universe_domain`", ["R4", "R20"], universe)
    check("google-auth", "`IDTokenCredentials` of the identity endpoint, and `verify_token()`", ["R5", "R13"], identity)
    check(
        "google-auth",
        "`id_token.fetch_id_token()`, and `verify_token()` with our JWKS as `certs_url`",
        ["R13"],
        lambda: verified(id_token.fetch_id_token(request, AUDIENCE)),
    )
    check("google-auth", "`verify_token()` refuses another audience", ["R13"], wrong_audience)
    check("google-auth", "`default_async()`", ["R1", "R7", "R8"], lambda: asyncio.run(default_async()))
    check("google-auth", "`_id_token_async.fetch_id_token()`", ["R13"], lambda: asyncio.run(identity_async()))
    check("gcloud-aio-auth", "`Token.get()`: `token?recursive=true`", ["R5", "R10"], lambda: asyncio.run(gcloud_aio()))
    check(
        "oauth2client",
        "`AppAssertionCredentials.refresh()`: `recursive=True`, exact content type",
        ["R1", "R5", "R8", "R9"],
        legacy,
    )
    check("google-cloud-storage", "`list_blobs()`: the API gets our token", ["R11", "R12"], cloud_storage)
    check("gcsfs", "`GCSFileSystem.ls()`: the API gets our token", ["R11", "R12"], gcsfs_lists)
done()
sys.stdout.flush()
# gcsfs keeps a thread of its own alive.
os._exit(0)
