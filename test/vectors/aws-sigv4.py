"""Writes aws-sigv4.json: GetCallerIdentity requests signed by botocore, an implementation that is not ours.

Run by hand when a case is added: python3 test/vectors/aws-sigv4.py > test/vectors/aws-sigv4.json
The keys are made up, except those of the published suite (aws-sig-v4-test-suite), which AWS prints in its manual.
"""

import datetime
import json

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

QUERY = "?Action=GetCallerIdentity&Version=2011-06-15"
POOL = "//iam.googleapis.com/projects/123456/locations/global/workloadIdentityPools/pool/providers/aws"
PUBLISHED = {"accessKeyId": "AKIDEXAMPLE", "secretAccessKey": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"}
KEYS = {"accessKeyId": "AKIAFAKEFAKEFAKEFAKE", "secretAccessKey": "fakefake/fake+secret/fakefakefakefakefake"}
SESSION = {**KEYS, "sessionToken": "IQoJb3JpZ2luX2VjE//fake==+session/token"}
AT = "2026-11-24T08:09:10Z"

CASES = [
    ("permanent keys", f"https://sts.us-east-2.amazonaws.com{QUERY}", "us-east-2", KEYS, POOL, AT),
    ("session token", f"https://sts.eu-central-1.amazonaws.com{QUERY}", "eu-central-1", SESSION, POOL, AT),
    ("path written out", f"https://sts.us-east-2.amazonaws.com/{QUERY}", "us-east-2", KEYS, POOL, AT),
    ("China", f"https://sts.cn-north-1.amazonaws.com.cn{QUERY}", "cn-north-1", SESSION, POOL, "2027-02-28T23:59:59Z"),
    ("query in another order", "https://sts.us-gov-west-1.amazonaws.com?Version=2011-06-15&Action=GetCallerIdentity",
     "us-gov-west-1", KEYS, POOL, AT),
    ("port", f"https://sts.example.com:8443{QUERY}", "ap-southeast-4", KEYS, POOL + "/with space", AT),
]


def sign(method, url, service, region, keys, headers, at):
    moment = datetime.datetime.strptime(at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.timezone.utc)
    botocore.auth.get_current_datetime = lambda *_, **__: moment.replace(tzinfo=None)
    request = AWSRequest(method=method, url=url, headers=headers)
    credentials = Credentials(keys["accessKeyId"], keys["secretAccessKey"], keys.get("sessionToken"))
    botocore.auth.SigV4Auth(credentials, service, region).add_auth(request)
    return request.headers["Authorization"]


federation = [
    {"name": name, "url": url, "region": region, "keys": keys, "audience": audience, "at": at,
     "authorization": sign("POST", url, "sts", region, keys, {"x-goog-cloud-target-resource": audience}, at)}
    for name, url, region, keys, audience, at in CASES
]
published = [
    {"name": name, "method": method, "url": url, "region": "us-east-1", "service": "service", "keys": PUBLISHED,
     "at": "2015-08-30T12:36:00Z", "authorization": sign(method, url, "service", "us-east-1", PUBLISHED, {}, "2015-08-30T12:36:00Z")}
    for name, method, url in [
        ("get-vanilla", "GET", "https://example.amazonaws.com/"),
        ("post-vanilla", "POST", "https://example.amazonaws.com/"),
        ("get-vanilla-query-order-key-case", "GET", "https://example.amazonaws.com/?Param2=value2&Param1=value1"),
    ]
]
print(json.dumps({"federation": federation, "published": published}, indent=2))
