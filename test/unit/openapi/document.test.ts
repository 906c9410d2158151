/**
 * docs/openapi.json: that it is what the schemas say, that it is OpenAPI, and that it describes what the server serves.
 * Whether the server answers as described is `test/served/openapi.test.ts`'s.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, it } from "vitest";
import { additionsOf } from "../../../worker/metadata/additions.ts";
import { Conformance, operationsOf } from "../../openapi/check.ts";
import { openApiDocument } from "../../openapi/document.ts";
import { controlRoots, isControl, isOsLogin, osLoginPaths, routerRoutes, takes } from "../../openapi/routes.ts";
import type { Content, Parameter } from "../../openapi/types.ts";

const document = openApiDocument();
const text = readFileSync(new URL("../../../docs/openapi.json", import.meta.url), "utf8");
const operations = operationsOf(document);
const paths = Object.keys(document.paths);
const conformance = new Conformance(document);

describe("docs/openapi.json", () => {
  it("is what the server's schemas say; after a change: node test/openapi/write.ts", () => {
    expect(text === `${JSON.stringify(document, undefined, 2)}\n`).toBe(true);
  });

  it("is OpenAPI 3.1", async () => {
    const validator = new Validator();
    expect(await validator.validate(JSON.parse(text))).toEqual({ valid: true });
    expect(validator.version).toBe("3.1");
    expect(() => validator.resolveRefs()).not.toThrow();
  });

  it("has an operation id for each operation, tags that it explains, and the parameters of its paths", () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const tags = document.tags.map(({ name }) => name);
    expect(operations.filter(({ operation }) => !operation.tags.every((tag) => tags.includes(tag)))).toEqual([]);
    for (const { operation, path } of operations) {
      const names = (operation.parameters ?? []).map((given) => conformance.resolve<Parameter>(given));
      const inPath = names.filter((parameter) => parameter.in === "path").map(({ name }) => name);
      expect(inPath.sort()).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort());
    }
  });

  it("has examples that their schemas accept", () => {
    const problems = operations.flatMap(({ operation, path }) => {
      const parameters = (operation.parameters ?? []).map((given) => conformance.resolve<Parameter>(given));
      const bodies = Object.values(operation.requestBody?.content ?? {});
      const answers = Object.values(operation.responses).map((given) => conformance.resolve(given));
      const contents = answers.flatMap(({ content = {} }) => Object.values(content));
      return [...parameters, ...bodies, ...contents].flatMap((each) =>
        examplesOf(each).flatMap((example) =>
          conformance.valueProblems(each.schema, example).map((problem) => `${path}: ${problem}`),
        ),
      );
    });
    expect(problems).toEqual([]);
  });
});

describe("What the server serves", () => {
  const routes = routerRoutes();

  it("is found in its source", () => {
    expect(routes.length).toBeGreaterThan(10);
    expect(routes).toContainEqual({ method: "get", pattern: "/emulator/v1/health" });
    expect(controlRoots()).toContain("/emulator/v1/events");
  });

  it.each(routes)("is described: $method $pattern", (route) => {
    const { method } = route;
    const described = paths.filter((path) => takes(route, path));
    const items = described.map((path) => document.paths[path] ?? {});
    expect(items.some((item) => method === "all" || Object.hasOwn(item, method))).toBe(true);
  });

  it.each(controlRoots())("is described: the control call %s", (root) => {
    expect(paths.some((path) => path === root || path.startsWith(`${root}/`))).toBe(true);
  });

  it.each(osLoginPaths())("is described: %s", (path) => {
    expect(isOsLogin(path)).toBe(true);
    expect(paths.map((each) => each.replace("{session}", "x"))).toContain(path);
  });

  it.each(Object.keys(additionsOf.vm))("is described: %s", (path) => {
    expect(paths.map((each) => each.replace("{account}", "*"))).toContain(`/computeMetadata/v1/${path}`);
  });
});

describe("What is described", () => {
  const versions = /^\/(?:computeMetadata\/v1(?:beta1)?|0\.1\/meta-data)(?:\/|$)/;

  it.each(paths)("is served: %s", (path) => {
    const filled = path.replaceAll(/\{\w+\}/g, "x");
    const taken = versions.test(path) || routerRoutes().some((route) => takes(route, filled));
    expect(taken).toBe(true);
    if (path.includes("/oslogin/")) expect(isOsLogin(filled)).toBe(true);
    if (document.paths[path]?.get?.tags.includes("control")) expect(isControl(filled)).toBe(true);
  });
});

function examplesOf({ example, examples = {} }: Pick<Content, "example" | "examples">): unknown[] {
  return [...(example === undefined ? [] : [example]), ...Object.values(examples).map(({ value }) => value)];
}
