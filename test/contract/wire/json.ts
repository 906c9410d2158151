/**
 * How the tree looks as JSON: order, casing, types, what is never in it (mds-behaviour.md 4; clients.md R22).
 *
 * @module
 */
import { instance, json, jsonThat, v1 } from "./expectations.ts";
import { type BodyRule, type Rule, section } from "./rule.ts";
import { rich } from "./setups.ts";

const whole = `${v1}/?recursive=true`;
const has = (...pieces: string[]): BodyRule => ({ contains: pieces });

/** Calls `visit` for every object of a JSON value. */
function everyObject(
  value: unknown,
  visit: (object: Record<string, unknown>) => string | undefined,
): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const own = Array.isArray(value) ? undefined : visit(value as Record<string, unknown>);
  return (
    own ??
    Object.values(value).reduce<string | undefined>((found, child) => found ?? everyObject(child, visit), undefined)
  );
}

const rendering = section(
  "4",
  [
    {
      id: "json-compact",
      grade: "CONFIRMED",
      title: "JSON is compact, one line, without a trailing newline",
      request: { target: `${instance}/network-interfaces/?recursive=true` },
      expect: json({
        says: "what JSON.stringify writes",
        check: (body) =>
          JSON.stringify(JSON.parse(body)) === body
            ? undefined
            : "blanks or escapes that JSON.stringify does not write",
      }),
    },
    {
      id: "json-sorted",
      grade: "CONFIRMED",
      title: "Keys are in ascending byte order everywhere",
      request: { target: whole },
      expect: json(
        jsonThat("sorted keys", (value: unknown) =>
          everyObject(value, (object) => {
            const keys = Object.keys(object).filter((key) => !/^\d+$/.test(key));
            return keys.join() === [...keys].sort().join() ? undefined : `unsorted: ${keys.join()}`;
          }),
        ),
      ),
    },
    {
      id: "json-id-digits",
      grade: "CONFIRMED",
      title: "The instance id is a number with all its digits (R22)",
      request: { target: `${instance}/?recursive=true` },
      expect: json(has(`"id":${rich.id},`)),
    },
    {
      id: "json-project",
      grade: "CONFIRMED",
      title: "A project is attributes, numericProjectId (a number) and projectId",
      request: { target: `${v1}/project/?recursive=true` },
      expect: json(
        `{"attributes":{"enable-access-token-enforce-scopes":"TRUE","serial-port-enable":"1"},"numericProjectId":${rich.number},"projectId":"my-project"}`,
      ),
    },
    {
      id: "json-attributes-verbatim",
      grade: "CONFIRMED",
      title: "Attribute keys are verbatim and values are strings",
      request: { target: `${instance}/attributes/?recursive=true` },
      expect: json(
        has(
          '"__proto__":"ordinary"',
          '"constructor":"also-ordinary"',
          '"enable-guest-attributes":"TRUE"',
          '"ssh-keys":"alice',
          '"sshKeys":"old"',
          '"under_score":"kept"',
        ),
      ),
    },
    {
      id: "json-attributes-unicode",
      grade: "CONFIRMED",
      title: "Text beyond ASCII is UTF-8, not escaped",
      request: { target: `${instance}/attributes/?recursive=true` },
      expect: json(has('"unicode":"grüße ☃ 𝄞"')),
    },
    {
      id: "json-interface",
      grade: "CONFIRMED",
      title: "A network interface has its camel-case keys, numbers and lists",
      request: { target: `${instance}/network-interfaces/0/?recursive=true` },
      expect: json(
        '{"accessConfigs":[{"externalIp":"33.162.212.82","type":"ONE_TO_ONE_NAT"}],"dhcpv6Refresh":"1669766460","dnsServers":["169.254.169.254","10.128.0.53"],"forwardedIps":["203.0.113.7","203.0.113.8"],"forwardedIpv6s":["2600:1900:4000::/96"],"gateway":"10.128.0.1","gatewayIpv6":"fe80::4001:aff:fe80:1","ip":"10.128.0.7","ipAliases":["10.12.0.0/24"],"ipv6s":["2600:1900:4000:1::"],"mac":"42:01:0a:80:00:07","mtu":1460,"network":"projects/129731223780/networks/default","subnetmask":"255.255.240.0","targetInstanceIps":[]}',
      ),
    },
    {
      id: "json-empty-lists",
      grade: "CONFIRMED",
      title: "Empty lists stay as []",
      request: { target: `${instance}/network-interfaces/1/?recursive=true` },
      expect: json(has('"accessConfigs":[]', '"forwardedIps":[]', '"ipAliases":[]', '"targetInstanceIps":[]')),
    },
    {
      id: "json-vlan",
      grade: "CONFIRMED",
      title: "VLAN interfaces are an object by NIC and VLAN, with numbers for vlan and mtu",
      request: { target: `${instance}/vlan-network-interfaces/?recursive=true` },
      expect: json(
        has(
          '{"0":{"5":{',
          '"parentInterface":"/computeMetadata/v1/instance/network-interfaces/0/"',
          '"vlan":5',
          '"mtu":1460',
          '"gatewayIpv6":"fe80::1"',
        ),
      ),
    },
    {
      id: "json-partner",
      grade: "CONFIRMED",
      title: "Partner attributes keep their keys, underscores included",
      request: { target: `${instance}/partner-attributes/?recursive=true` },
      expect: json('{"iam.googleapis.com":{"workload_pool":{"audience":"a"}},"wc.compute.googleapis.com":{"k":"v"}}'),
    },
    {
      id: "json-legacy-access",
      grade: "CONFIRMED",
      title: "legacyEndpointAccess has its versions verbatim and numbers",
      request: { target: `${instance}/legacy-endpoint-access/?recursive=True&wait_for_change=True&last_etag=0` },
      expect: json('{"0.1":0,"v1beta1":3}'),
    },
    {
      id: "json-licenses",
      grade: "CONFIRMED",
      title: "License ids are strings",
      request: { target: `${instance}/licenses/?recursive=true` },
      expect: json('[{"id":"3853522013536123851"}]'),
    },
    {
      id: "json-account",
      grade: "CONFIRMED",
      title: "A service account is exactly aliases, email and scopes (R8)",
      request: { target: `${instance}/service-accounts/default/?recursive=true` },
      expect: json(`{"aliases":["default"],"email":"${rich.email}","scopes":${JSON.stringify(rich.scopes)}}`),
    },
    {
      id: "json-accounts",
      grade: "CONFIRMED",
      title: "Accounts stand under their e-mails and default",
      request: { target: `${instance}/service-accounts/?recursive=true` },
      expect: json(
        jsonThat("two e-mails and default", (value: object) => {
          const keys = Object.keys(value).join();
          return keys === [rich.email, rich.other, "default"].join() ? undefined : `has ${keys}`;
        }),
      ),
    },
    ...["vm", "rich"].map((setup) => ({
      id: `json-no-secrets-${setup}`,
      grade: "CONFIRMED" as const,
      setup: setup as "vm" | "rich",
      title: `Recursive output never has token or identity (${setup})`,
      request: { target: whole },
      expect: json(
        jsonThat("no token, no identity", (value: unknown) =>
          everyObject(value, (object) =>
            "token" in object || "identity" in object ? "has token or identity" : undefined,
          ),
        ),
      ),
    })),
    {
      id: "json-own-keys",
      grade: "OURS",
      title: "A key of the user's own is camel-case in JSON",
      request: { target: `${instance}/my-own-thing/?recursive=true` },
      expect: json('{"innerValue":"x","someNumber":7}'),
    },
  ],
  "rich",
);

/** Rules about JSON. */
export const jsonRules: readonly Rule[] = rendering;
