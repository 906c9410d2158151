"""Clients that insist on the name metadata.google.internal and port 80: `checks.py up|down namespace`."""

import concurrent.futures
import datetime
import json
import os
import sys
import threading

import google.auth
import google.auth.transport.requests
import grpc
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from google.auth import compute_engine, exceptions
from opentelemetry.resourcedetector.gcp_resource_detector import GoogleCloudResourceDetector
from report import check, done, equal, raises, versions

ORIGIN = os.environ["EMULATOR_ORIGIN"]
EMAIL = "412345678901-compute@developer.gserviceaccount.com"
UP = sys.argv[1] == "up"


def account_of(token):
    answer = requests.get(f"{ORIGIN}/emulator/v1/issuer/tokeninfo", {"access_token": token}, timeout=10)
    return answer.json()["email"]


def certificate():
    """Returns key and certificate of `localhost`, as PEM, for a server that grpc's own TLS must trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.timezone.utc)
    day = datetime.timedelta(days=1)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now - day).not_valid_after(now + day)
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    pem = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()), pem


class Recorder(grpc.GenericRpcHandler):
    """Takes any call of any name, and keeps the credentials that came with it."""

    def __init__(self):
        self.authorization = None
        self.called = threading.Event()

    def service(self, details):
        self.authorization = dict(details.invocation_metadata).get("authorization")
        self.called.set()
        refuse = lambda requests, context: context.abort(grpc.StatusCode.UNIMPLEMENTED, "nothing here")  # noqa: E731
        return grpc.stream_stream_rpc_method_handler(refuse)


def google_default(wait):
    """Lets C-core make google_default credentials, and returns what they send.

    Python has no function for them without call credentials of one's own; an xDS channel whose bootstrap names
    `google_default` does the same: it looks for the metadata server, then takes its tokens to the xDS server.
    """
    key, pem = certificate()
    with open("roots.pem", "wb") as file:
        file.write(pem)
    os.environ["GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"] = os.path.abspath("roots.pem")
    recorder = Recorder()
    server = grpc.server(concurrent.futures.ThreadPoolExecutor(4), handlers=[recorder])
    port = server.add_secure_port("localhost:0", grpc.ssl_server_credentials([(key, pem)]))
    server.start()
    xds = {"server_uri": f"localhost:{port}", "channel_creds": [{"type": "google_default"}], "server_features": ["xds_v3"]}
    os.environ["GRPC_XDS_BOOTSTRAP_CONFIG"] = json.dumps({"xds_servers": [xds], "node": {"id": "test"}})
    with grpc.insecure_channel("xds:///service") as channel:
        call = channel.unary_unary("/any/Call").future(b"", timeout=wait)
        recorder.called.wait(wait)
        call.cancel()
    server.stop(None)
    return recorder.authorization


def core_sends_our_token():
    authorization = google_default(20)
    assert authorization is not None and authorization.startswith("Bearer "), authorization
    equal(account_of(authorization.removeprefix("Bearer ")), EMAIL)


def on_a_machine():
    credentials, project = google.auth.default(scopes=["https://www.googleapis.com/auth/cloud-platform"])
    equal((type(credentials), project), (compute_engine.Credentials, "emulated-project"))
    credentials.refresh(google.auth.transport.requests.Request())
    equal(account_of(credentials.token), EMAIL)


def detected():
    found = GoogleCloudResourceDetector().detect().attributes
    wanted = {
        "cloud.provider": "gcp",
        "cloud.platform": "gcp_compute_engine",
        "cloud.account.id": "emulated-project",
        "cloud.availability_zone": "us-central1-a",
        "cloud.region": "us-central1",
        "host.id": "7243198306741625103",
        "host.name": "emulated-vm",
    }
    equal({name: str(found.get(name)) for name in wanted}, wanted)
    assert found["host.type"].endswith("e2-medium"), found


versions("grpcio", "opentelemetry-resourcedetector-gcp", "google-auth")
if UP:
    check(
        "grpcio",
        "C-core's `google_default` channel credentials, of an xDS channel: found by the root, token taken",
        ["R1", "R2", "R11", "R14", "R16"],
        core_sends_our_token,
    )
    check("google-auth", "`google.auth.default()` with no variable set", ["R1", "R16"], on_a_machine)
    check(
        "opentelemetry-resourcedetector-gcp",
        "`GoogleCloudResourceDetector().detect()`: one recursive read",
        ["R5", "R16", "R22"],
        detected,
    )
else:
    check("grpcio", "C-core's `google_default` credentials send nothing", [], lambda: equal(google_default(4), None))
    check(
        "google-auth",
        "`google.auth.default()` with no variable set raises DefaultCredentialsError",
        [],
        lambda: raises(exceptions.DefaultCredentialsError, google.auth.default),
    )
    check(
        "opentelemetry-resourcedetector-gcp",
        "finds nothing",
        [],
        lambda: equal(dict(GoogleCloudResourceDetector().detect().attributes), {}),
    )
done()
