/** The version of the package; kept equal to `package.json` by a test. @module */
export const version = "0.1.0";
