"""Unmodified google-auth does each kind of workload identity federation. argv[1]: a JSON file with credential files by
name. Prints the access tokens by name as one JSON line."""

import json
import sys

import google.auth.transport.requests
from google.auth import aws, identity_pool, pluggable

SCOPE = "https://www.googleapis.com/auth/devstorage.read_only"

with open(sys.argv[1], encoding="utf-8") as file:
    files = json.load(file)


def module_of(source):
    """The choice that google.auth.default() makes; it would ask Google for the project's name as well."""
    return aws if "environment_id" in source else pluggable if "executable" in source else identity_pool


tokens = {}
for name, info in files.items():
    credentials = module_of(info["credential_source"]).Credentials.from_info(info, scopes=[SCOPE])
    credentials.refresh(google.auth.transport.requests.Request())
    tokens[name] = credentials.token
print(json.dumps(tokens))
