"""Debian's cloud-init, its GCE data source: `checks.py up|down namespace`."""

import os
import sys

import requests
from cloudinit import url_helper
from cloudinit.sources import DataSourceGCE as gce
from cloudinit.sources import URLParams
from report import check, done, equal, say

ORIGIN = os.environ["EMULATOR_ORIGIN"]
CONTROL = {"Authorization": f"Bearer {os.environ['EMULATOR_CONTROL']}"}
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEmulated me"
FLAVOR = {"Metadata-Flavor": "Google"}

# As `python3 -m cloudinit.sources.DataSourceGCE --no-platform-check` would, if Debian's version passed the second.
patience = URLParams(max_wait_seconds=5, timeout_seconds=5, num_retries=1, sec_between_retries=1)


def read():
    return gce.read_md(address=gce.MD_V1_URL, url_params=patience, platform_check=False)


def put(path, value):
    requests.put(f"{ORIGIN}/emulator/v1/metadata/{path}", json=value, headers=CONTROL, timeout=10).raise_for_status()


def crawled():
    found = read()
    equal((found["success"], found["reason"]), (True, None))
    data = found["meta-data"]
    equal(data["instance-id"], "7243198306741625103")
    equal(data["local-hostname"], "emulated-vm.us-central1-a.c.emulated-project.internal")
    equal(data["availability-zone"], "us-central1-a")
    assert '"greeting"' in data["instance-data"] and '"team"' in data["project-data"], data


def user_data():
    put("instance/attributes/user-data", "I2Nsb3VkLWNvbmZpZwo=")
    put("instance/attributes/user-data-encoding", "base64")
    put("project/attributes/ssh-keys", f"cloudinit:{KEY}\nother:{KEY}")
    found = read()
    equal(found["user-data"], b"#cloud-config\n")
    source = gce.DataSourceGCE({}, None, None)
    source.metadata = found["meta-data"]
    equal(source.get_public_ssh_keys(), [KEY])
    equal((source.get_instance_id(), source.region), ("7243198306741625103", "us-central1"))


def host_key():
    gce.DataSourceGCE({}, None, None).publish_host_keys([("ssh-ed25519", "AAAAemulated")])
    url = f"{gce.GUEST_ATTRIBUTES_URL}/{gce.HOSTKEY_NAMESPACE}/ssh-ed25519"
    equal(url_helper.readurl(url, headers=FLAVOR).contents, b"AAAAemulated")


def nothing():
    found = read()
    equal(found["success"], False)
    assert "not resolvable" in found["reason"] or "returned nothing" in found["reason"], found["reason"]


with open("version", encoding="utf-8") as file:
    say({"versions": {"cloud-init": file.read()}})
if sys.argv[1] == "up":
    check("cloud-init", "`read_md()`: id, zone, host name, attributes by `recursive=True`", ["R4", "R6", "R9", "R16"], crawled)
    check("cloud-init", "user data in Base64 and a project's SSH key", ["R22"], user_data)
    check("cloud-init", "`publish_host_keys()`, read back", ["R23"], host_key)
else:
    check("cloud-init", "`read_md()` is no success", [], nothing)
done()
