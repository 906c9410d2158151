"""Says what was checked, a JSON object a line, as `test/clients/suite.ts` reads it."""

import importlib.metadata
import json
import traceback


def say(line):
    print(json.dumps(line), flush=True)


def check(client, what, rules, does):
    """Does one check; what it raises is its error."""
    line = {"client": client, "what": what, "rules": rules}
    try:
        does()
    except Exception:
        line["error"] = traceback.format_exc()
    say(line)


def raises(error, does):
    """Returns what `does` raises, which must be of the class `error`."""
    try:
        got = does()
    except error as raised:
        return raised
    raise AssertionError(f"expected {error.__name__}, got {got!r}")


def equal(got, wanted):
    assert got == wanted, f"expected {wanted!r}, got {got!r}"


def versions(*names):
    say({"versions": {name: importlib.metadata.version(name) for name in names}})


def done():
    say({"done": True})
