"""The program under test finds project and credentials as on a machine of Google Cloud."""

import importlib

import google.auth
import google.auth.transport.requests
from google.auth.compute_engine import _metadata


def test_default_credentials(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    # The library reads the variables when it is imported.
    importlib.reload(_metadata)
    credentials, project = google.auth.default()
    credentials.refresh(google.auth.transport.requests.Request())
    assert project == "my-project"
    assert credentials.token
