"""A metadata server for a test session, by the command line: `npx gce-metadata-emulator serve --port 0`."""

import os
import re
import shutil
import signal
import subprocess

import pytest


@pytest.fixture(scope="session")
def metadata_server():
    npx = shutil.which("npx") or "npx"
    command = [npx, "gce-metadata-emulator", "serve", "--port", "0", "--project-id", "my-project"]
    # A group of its own: npx does not hand a signal on to what it has started.
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    found = re.search(r"http://(\S+)", process.stdout.readline())
    assert found, "the server did not start"
    yield found.group(1)
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(10)


@pytest.fixture(autouse=True)
def on_google_cloud(metadata_server, monkeypatch):
    for name in ("GCE_METADATA_HOST", "GCE_METADATA_IP", "GCE_METADATA_ROOT"):
        monkeypatch.setenv(name, metadata_server)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
