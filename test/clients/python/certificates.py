"""Makes an authority, a server certificate for 127.0.0.1 and a client certificate, all good for a day, and prints them as
one JSON object of PEM texts. For tests of X.509 federation."""

import datetime
import ipaddress
import json

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = datetime.datetime.now(datetime.timezone.utc)


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def signed(subject, key, issuer, issuer_key, *extensions):
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - datetime.timedelta(hours=1))
        .not_valid_after(NOW + datetime.timedelta(days=1))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), False)
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    return builder.sign(issuer_key, hashes.SHA256())


def pem_key(key):
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return key.private_bytes(*form).decode()


def pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


AUTHORITY = "Test authority"
keys = {who: ec.generate_private_key(ec.SECP256R1()) for who in ("authority", "server", "client")}
leaf = (x509.BasicConstraints(ca=False, path_length=None), True)
address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])


def end_entity(who, usage, *more):
    usages = (x509.ExtendedKeyUsage([usage]), False)
    return signed(f"Test {who}", keys[who], AUTHORITY, keys["authority"], leaf, usages, *more)


authority = signed(
    AUTHORITY, keys["authority"], AUTHORITY, keys["authority"], (x509.BasicConstraints(ca=True, path_length=0), True)
)
server = end_entity("server", ExtendedKeyUsageOID.SERVER_AUTH, (address, False))
client = end_entity("client", ExtendedKeyUsageOID.CLIENT_AUTH)
print(
    json.dumps(
        {
            "ca": pem(authority),
            "serverCert": pem(server),
            "serverKey": pem_key(keys["server"]),
            "clientCert": pem(client),
            "clientKey": pem_key(keys["client"]),
        }
    )
)
