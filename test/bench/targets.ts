/**
 * What the bench asks for: the rows of the target table.
 *
 * @module
 */
export const targets = {
  token: "/computeMetadata/v1/instance/service-accounts/default/token",
  leaf: "/computeMetadata/v1/instance/zone",
  "404": "/computeMetadata/v1/instance/nothing-here",
  recursive: "/computeMetadata/v1/?recursive=true",
  listing: "/computeMetadata/v1/instance/",
} as const;

export type Target = keyof typeof targets;
