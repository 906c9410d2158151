import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromSegment, isName, toCamel, toKebab, toSegment } from "../../../worker/metadata/names.ts";

describe("the two spellings of a key (mds-behaviour.md 4)", () => {
  it.each([
    ["externalIp", "external-ip"],
    ["forwardedIpv6s", "forwarded-ipv6s"],
    ["gatewayIpv6", "gateway-ipv6"],
    ["dhcpv6Refresh", "dhcpv6-refresh"],
    ["numericProjectId", "numeric-project-id"],
    ["subnetmask", "subnetmask"],
    ["targetInstanceIps", "target-instance-ips"],
  ])("%s is %s in paths", (camel, kebab) => {
    expect(toKebab(camel)).toBe(kebab);
    expect(toCamel(kebab)).toBe(camel);
  });

  it("is undone by the other direction for every JSON key", () => {
    const key = fc.stringMatching(/^[a-zA-Z0-9_.]{1,20}$/);
    fc.assert(fc.property(key, (camel) => toCamel(toKebab(camel)) === camel));
  });
});

describe("names in request paths", () => {
  it("come back from the segment that WHATWG URL makes of them", () => {
    const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }).filter(isName);
    fc.assert(
      fc.property(name, (text) => {
        const path = new URL(`http://localhost/${toSegment(text)}`).pathname.slice(1);
        expect(fromSegment(path)).toBe(text);
      }),
    );
  });

  it.each(["%40", "%2F", "%2f", "%00", "%21", "%69nstance", "%zz", "%"])("%s stays as it came", (segment) => {
    expect(fromSegment(segment)).toBe(segment);
  });

  it.each(["", ".", "..", "a/b", "a\u0000b", "\ud800"])("%j is no name", (text) => {
    expect(isName(text)).toBe(false);
  });
});
