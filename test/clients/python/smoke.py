"""Unmodified google-auth against the server that GCE_METADATA_HOST names. Prints what it got as one JSON line."""

import json

import google.auth
import google.auth.transport.requests
from google.oauth2 import id_token

AUDIENCE = "https://service.example.com"

request = google.auth.transport.requests.Request()
credentials, project = google.auth.default(scopes=["https://www.googleapis.com/auth/cloud-platform"])
credentials.refresh(request)
print(
    json.dumps(
        {
            "type": type(credentials).__name__,
            "project": project,
            "email": credentials.service_account_email,
            "universe": credentials.universe_domain,
            "accessToken": credentials.token,
            "idToken": id_token.fetch_id_token(request, AUDIENCE),
        }
    )
)
