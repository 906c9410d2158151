/**
 * Other people's packages whose code is in what is published, or comes with it.
 *
 * @module
 */
import { readFileSync } from "node:fs";

/** Development packages whose code stands in the package: the inspector's page is built from it. */
const bundled = ["preact"];

/** The page with their licences. */
export const thirdParty = "THIRD-PARTY-LICENSES.md";

/** What goes with every copy of the code. */
export const licenceFiles = ["LICENSE", thirdParty];

/** This package's own package.json. */
export const own = JSON.parse(readFileSync("package.json", "utf8"));

/** Names, in order. */
export const shipped = [...Object.keys(own.dependencies), ...bundled].sort();
