/**
 * `npm run sbom`: the bill of materials of a release, sbom.cdx.json (CycloneDX). npm's own leaves out what development
 * packages leave in the package, and calls this one by the name of its folder.
 *
 * @module
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { own, shipped } from "./shipped.js";

const args = ["sbom", "--package-lock-only", "--sbom-format", "cyclonedx"];
const bill = JSON.parse(execFileSync("npm", args, { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 }));
const components = bill.components
  .filter(({ name }) => shipped.includes(name))
  .map((component) => ({ ...component, scope: "required", properties: [] }));
const refs = components.map((component) => component["bom-ref"]);
const { component } = bill.metadata;
const release = {
  ...bill,
  metadata: { ...bill.metadata, component: { ...component, name: own.name } },
  components,
  dependencies: [
    { ref: component["bom-ref"], dependsOn: refs },
    ...bill.dependencies.filter(({ ref }) => refs.includes(ref)),
  ],
};
writeFileSync("sbom.cdx.json", `${JSON.stringify(release, undefined, 2)}\n`);
