/**
 * What no document, client or capture tells about the real server, what this one does instead, and why. Printed at the
 * end of the wire contract's page; `rules` names the tests that hold us to it.
 *
 * @module
 */

/** One thing that is not known. */
export interface Unknown {
  readonly section: string;
  readonly question: string;
  readonly ours: string;
  readonly why: string;
  /** Ids of rules, in full or the part before `*`. */
  readonly rules?: readonly string[];
}

/** In the order of the reference page. */
export const unknowns: readonly Unknown[] = [
  {
    section: "1.1",
    question: "A wrong value of Metadata-Flavor below v1",
    ours: "The same 403 page as for a missing header",
    why: "A header that does not say Google cannot count as given; clients send only the right value",
    rules: ["flavor-wrong-*"],
  },
  {
    section: "1.2",
    question: "X-Google-Metadata-Request with another value than True",
    ours: "Does not count: 403",
    why: "As for Metadata-Flavor",
    rules: ["request-header-false"],
  },
  {
    section: "1.3",
    question: "The body of the refusal of X-Forwarded-For",
    ours: "A 403 page in our own words",
    why: "No client reads it",
    rules: ["forwarded-for-*"],
  },
  {
    section: "1.4",
    question: "A Host that is not the metadata server's",
    ours: "403; malformed, missing under HTTP/1.1 or doubled: 400",
    why: "The real server stands on a link-local address; this one stands where a web page can reach it by DNS rebinding",
    rules: ["host-foreign-*", "host-malformed-*", "host-missing"],
  },
  {
    section: "1.6",
    question: "How targets with markup stand on error pages",
    ours: "HTML-escaped",
    why: "The page must not be a way to run script",
    rules: ["flavor-missing-escaped", "flavor-missing-markup", "error-page-*"],
  },
  {
    section: "1.7",
    question: "The status of the eight unsupported percent escapes",
    ours: "404: the escape is an ordinary part of a name that does not exist",
    why: 'The natural reading of "not supported"',
    rules: ["escape-*", "at-escaped"],
  },
  {
    section: "1.7",
    question: "Dot segments and doubled slashes",
    ours: "Dot segments fold as in a WHATWG URL; a doubled slash counts as one right below v1, elsewhere it matches nothing",
    why: "Three of the four runtimes fold before the server sees the path; an old guest agent needs the doubled slash",
    rules: ["fold-*", "double-slash-*"],
  },
  {
    section: "2",
    question: "A leaf with an extra trailing slash",
    ours: "404",
    why: "Nothing is below a leaf",
    rules: ["leaf-with-slash", "token-with-slash"],
  },
  {
    section: "2",
    question: "Whether the body of a redirect shows the query",
    ours: "The path; Location keeps the query",
    why: "Clients follow Location",
    rules: ["redirect-query"],
  },
  {
    section: "2",
    question: "Newlines in aliases, dns-servers, ipv6s and target-instance-ips; an empty list leaf",
    ours: "One per line, each with its newline; nothing for an empty list",
    why: "As scopes, for which two independent captures agree",
    rules: ["dns-servers-lines", "ipv6s-lines", "target-instance-ips-empty", "account-aliases-*"],
  },
  {
    section: "3.1",
    question: "A bare ?recursive and recursive=",
    ours: "Both mean true",
    why: "Google's own k8s-metadata-proxy treats them so",
    rules: ["boolean-bare", "boolean-empty"],
  },
  {
    section: "3.1",
    question: "Other words than true, 1, yes and y; a parameter that is given twice",
    ours: "on and t mean true, everything else false; the first one counts",
    why: "They are common spellings of yes; URLSearchParams and Go's Query().Get take the first",
    rules: ["boolean-on", "boolean-T", "boolean-no-*", "parameter-twice"],
  },
  {
    section: "3.2",
    question: "alt=json on a directory that is not recursive",
    ours: "400",
    why: "A listing has no JSON form; an answer in another format than asked for would be worse",
    rules: ["directory-json"],
  },
  {
    section: "3.2",
    question: "Another value of alt than json and text",
    ours: "400",
    why: "Section 7's status list names 400 for bad parameters",
    rules: ["alt-bad-*", "alt-empty"],
  },
  {
    section: "3.2",
    question: "recursive=true on a leaf without alt",
    ours: "The leaf as it is without recursive",
    why: "google-cloud-cpp uses universe-domain?recursive=true verbatim",
    rules: ["leaf-recursive", "universe-domain-recursive"],
  },
  {
    section: "3.3",
    question: "timeout_sec that is not a non-negative integer; its upper bound",
    ours: "400; a very large one waits that long at most and never answers at once",
    why: "A typing error should not turn a wait into a busy loop",
    rules: ["timeout-bad-*", "timeout-huge", "wait-timeout-zero"],
  },
  {
    section: "3.4",
    question: "Whether alt changes the ETag; whether listings have one; If-None-Match",
    ours: "Listings have one, / has none; If-None-Match is ignored",
    why: "Agents keep the ETag of one format only, and none sends If-None-Match",
    rules: ["etag-listing", "if-none-match"],
  },
  { section: "4", question: "A newline after JSON", ours: "None", why: "Captures show none", rules: ["json-compact"] },
  {
    section: "5.2",
    question: "upcoming-maintenance when something is scheduled: snake or camel case",
    ours: "As configured; by default 503 with the JSON error",
    why: "Documentation and consumers disagree",
    rules: ["upcoming-maintenance-*"],
  },
  {
    section: "6.1",
    question: "Enforced scopes that the account lacks",
    ours: "403 without a call to Google",
    why: "The request is understood and must not be granted",
    rules: ["token-scope-beyond"],
  },
  {
    section: "6.1",
    question: "alt and recursive on token; bindCertificateFingerprint",
    ours: "Ignored",
    why: "gcloud-aio sends recursive=true; nothing is bound here",
    rules: ["token-query-*"],
  },
  {
    section: "7",
    question: "Methods other than GET on ordinary keys: body and Allow",
    ours: "405 with Allow: GET, HEAD; OPTIONS as well, without any CORS header; HEAD as GET without the body",
    why: "What HTTP asks for",
    rules: ["method-*", "options", "head-*"],
  },
  {
    section: "7",
    question: "POST on token and identity with a certificate chain (agent identity, in flight in Python and Java)",
    ours: "405; nothing is bound here",
    why: "No released client sends it, and an unbound answer to it would be invented",
    rules: ["post-token", "post-identity"],
  },
  {
    section: "7",
    question: "Guest attributes that are not UTF-8",
    ours: "400, nothing written",
    why: "JSON cannot hold them, and half a value is worse than none",
  },
  {
    section: "7",
    question: "Guest attributes: status of DELETE, of a key without namespace, and of what is too large",
    ours: "DELETE 200; without namespace, or above 128 bytes: 400; a value above 256 KiB: 413",
    why: "go-fsimpl, osconfig and the image tests take exactly 200 for success",
    rules: ["guest-*"],
  },
  {
    section: "7",
    question: "Rate limits",
    ours: "None, but for 1,000 writes of guest attributes a second; a fault can inject 429",
    why: "Their numbers are not published, and tests would fail by them",
  },
  {
    section: "8",
    question: "v1beta1 and 0.1 today",
    ours: "404; with disable-legacy-endpoints=TRUE the 403 page that names it",
    why: "The root no longer lists 0.1/; the sentence is known from before the shutdown",
    rules: ["version-*", "legacy-disabled-*"],
  },
  {
    section: "9",
    question: "The plain listing of oslogin/",
    ours: "authenticate/",
    why: "It follows from the recursive document",
    rules: ["oslogin-listing"],
  },
  {
    section: "12",
    question: "universe/universe-domain in the default universe",
    ours: "200 googleapis.com, hidden from listings and recursive output",
    why: "Every client takes it for 404; a JSON spelling is not known",
    rules: ["universe-*", "json-no-universe"],
  },
];
