"""What schemathesis does not know of this server: paths of several names, events that would stop the run, and a check of
our own, that nobody gets a token without saying that he means the metadata server."""

import re
from urllib.parse import urlencode

import schemathesis

# Beyond 16 KiB of request head the runtimes answer by themselves, before the server sees anything.
LONGEST_QUERY = 12_000

TOKEN = re.compile(r"ya29\.|eyJ[\w-]+\.[\w-]+\.[\w-]+")

@schemathesis.deserializer("text/html", "text/plain", "application/text", "application/openmetrics-text")
def text(ctx, response):
    """Bodies that are no JSON have schemas too."""
    return response.text


@schemathesis.hook
def filter_query(context, query):
    return not query or len(urlencode(query, doseq=True, errors="replace")) < LONGEST_QUERY


@schemathesis.hook
def before_call(context, case, kwargs):
    """Sends names of the tree as names, ends every wait at once, and keeps the server answering other requests."""
    if "path" in case.path_parameters:
        case.path_parameters["path"] = str(case.path_parameters["path"]).replace("%2F", "/")
    if case.query and "wait_for_change" in case.query and str(case.query.get("timeout_sec", 0)).isdigit():
        case.query["timeout_sec"] = 0
    if case.path == "/emulator/v1/events" and isinstance(case.body, dict) and case.body.get("type") == "live-migration":
        case.body.setdefault("unavailable", 0)


@schemathesis.check
def no_token_without_flavor(ctx, response, case):
    """No answer of the metadata paths has a token in it unless the request has the header."""
    sent = {name.lower(): value for name, value in response.request.headers.items()}
    if sent.get("metadata-flavor") == "Google" or re.fullmatch("true", sent.get("x-google-metadata-request", ""), re.I):
        return
    if TOKEN.search(response.text):
        raise AssertionError(f"A token without Metadata-Flavor: {case.method} {response.request.url}")
