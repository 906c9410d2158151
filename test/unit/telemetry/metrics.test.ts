import { describe, expect, it } from "vitest";
import { expose } from "../../../worker/telemetry/metrics/exposition.ts";
import { Counter, Gauge, Histogram, maxSeries } from "../../../worker/telemetry/metrics/instruments.ts";
import { Metrics, type RequestRecord } from "../../../worker/telemetry/metrics/metrics.ts";
import { createRoutes, routeNames } from "../../../worker/telemetry/route.ts";

const openMetrics = "application/openmetrics-text; version=1.0.0";

describe("The instruments", () => {
  it("count series by their labels, up to a bound, and the rest as other", () => {
    const counter = new Counter({ name: "c", help: "h", labels: ["l"] });
    for (let i = 0; i < maxSeries + 20; i++) counter.add([`v${i}`]);
    const samples = [...counter.samples()];
    expect(samples).toHaveLength(maxSeries + 1);
    expect(samples.at(-1)).toEqual({ suffix: "_total", labels: [["l", "other"]], value: 20 });
  });

  it("sort what they observe into buckets that hold all smaller ones", () => {
    const histogram = new Histogram({ name: "h", help: "h" }, [0.1, 1]);
    for (const size of [0.05, 0.1, 0.5, 7]) histogram.observe([], size);
    const values = [...histogram.samples()].map(({ suffix, labels, value }) => [suffix, labels.at(-1)?.[1], value]);
    expect(values).toEqual([
      ["_bucket", "0.1", 2],
      ["_bucket", "1.0", 3],
      ["_bucket", "+Inf", 4],
      ["_sum", undefined, 7.65],
      ["_count", undefined, 4],
    ]);
  });
});

describe("The text formats", () => {
  const counter = new Counter({ name: "calls", help: 'Says "\\"\nand more', labels: ["who"] });
  counter.add(['a"b\\c\nd']);
  const gauge = new Gauge({ name: "level", help: "How high" }, () => [[[], 1.5]]);

  it("are Prometheus' own unless asked otherwise", () => {
    const { contentType, text } = expose([counter, gauge], null);
    expect(contentType).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(text).toBe(
      '# HELP calls_total Says "\\\\"\\nand more\n# TYPE calls_total counter\ncalls_total{who="a\\"b\\\\c\\nd"} 1\n' +
        "# HELP level How high\n# TYPE level gauge\nlevel 1.5\n",
    );
  });

  it("are OpenMetrics for who prefers it, which ends with # EOF and names a counter without _total", () => {
    const { contentType, text } = expose([counter, gauge], `${openMetrics},text/plain;version=0.0.4;q=0.5`);
    expect(contentType).toBe("application/openmetrics-text; version=1.0.0; charset=utf-8");
    expect(text).toContain("# TYPE calls counter\ncalls_total{");
    expect(text.endsWith("\nlevel 1.5\n# EOF\n")).toBe(true);
  });

  it.each(["text/plain", `${openMetrics};q=0.2,text/plain`, `${openMetrics};q=0`, "*/*", "text/html"])(
    "are Prometheus' own for Accept: %s",
    (accept) => {
      expect(expose([counter], accept).contentType).toMatch(/^text\/plain/);
    },
  );
});

describe("The route of a path", () => {
  const routeOf = createRoutes();

  it.each([
    ["/computeMetadata/v1/instance/service-accounts/a@b.c/token", "instance/service-accounts/{account}/token"],
    ["/computeMetadata/v1//instance/service-accounts/default/identity", "instance/service-accounts/{account}/identity"],
    ["/computeMetadata/v1/instance/service-accounts/", "instance/service-accounts/**"],
    ["/computeMetadata/v1/instance/attributes/secret-name", "instance/attributes/**"],
    ["/computeMetadata/v1/instance", "instance/**"],
    ["/computeMetadata/v1/project/project-id", "project/**"],
    ["/computeMetadata/v1/", "v1/"],
    ["/", "/"],
    ["/emulator/v1/health", "emulator/**"],
    ["/wp-login.php", "other"],
    ["/computeMetadata/v1/instanceof", "other"],
  ])("%s is %s", (path, route) => {
    expect(routeOf(path)).toBe(route);
  });

  it("is one of few, whatever is asked", () => {
    for (let i = 0; i < 2_000; i++)
      expect(routeNames).toContain(routeOf(`/computeMetadata/v1/instance/attributes/${i}`));
  });
});

describe("The metrics", () => {
  const lifetimes: (readonly ["access" | "id", number])[] = [
    ["access", 3000],
    ["access", 60],
    ["id", 100],
  ];
  const metrics = () =>
    new Metrics({
      version: "9.9.9",
      runtime: "testland",
      preset: "vm",
      started: 1_000_500,
      waiters: () => 3,
      lifetimes: () => lifetimes,
    });
  const record: RequestRecord = {
    method: "GET",
    path: "/computeMetadata/v1/instance/service-accounts/someone@example.com/token",
    status: 200,
    ms: 2,
    cache: "hit",
  };

  it("count requests by template and never show a path or an account", () => {
    const counted = metrics();
    counted.request(record, false);
    counted.request({ ...record, method: "BREW", status: 503, fault: true, cache: undefined }, false);
    const { text } = counted.expose(null);
    const route = 'route="instance/service-accounts/{account}/token"';
    expect(text).toContain(`gce_metadata_requests_total{${route},method="GET",status="200"} 1`);
    expect(text).toContain(`gce_metadata_requests_total{${route},method="other",status="503"} 1`);
    expect(text).toContain(`gce_metadata_request_duration_seconds_bucket{${route},le="0.005"} 2`);
    expect(text).toContain('gce_metadata_token_cache_requests_total{outcome="hit"} 1');
    expect(text).toContain('gce_metadata_token_cache_requests_total{outcome="minted"} 0');
    expect(text).toContain("gce_metadata_faults_total 1");
    expect(text).not.toContain("someone");
  });

  it("do not take a wait for a change for latency", () => {
    const counted = metrics();
    counted.request({ ...record, ms: 60_000 }, true);
    expect(counted.expose(null).text).not.toContain("gce_metadata_request_duration_seconds_count");
  });

  it("tell upstream calls by step and outcome", () => {
    const counted = metrics();
    counted.upstream({ step: "STS", endpoint: "sts.googleapis.com", status: 200, ms: 80 });
    counted.upstream({ step: "STS", endpoint: "sts.googleapis.com", status: 403, ms: 80 });
    counted.upstream({ step: "STS", endpoint: "sts.googleapis.com", ms: 10_000 });
    const { text } = counted.expose(null);
    for (const outcome of ["2xx", "4xx", "unreachable"])
      expect(text).toContain(`gce_metadata_upstream_requests_total{step="STS",outcome="${outcome}"} 1`);
  });

  it("tell version, waiters and how long the tokens live", () => {
    const { text } = metrics().expose(null);
    expect(text).toContain('gce_metadata_build_info{version="9.9.9",runtime="testland",preset="vm"} 1');
    expect(text).toContain("gce_metadata_waiters 3");
    expect(text).toContain('gce_metadata_token_lifetime_seconds{kind="access"} 60');
    expect(text).toContain('gce_metadata_tokens_held{kind="access"} 2');
    expect(text).toContain("gce_metadata_start_time_seconds 1000.5");
  });
});
