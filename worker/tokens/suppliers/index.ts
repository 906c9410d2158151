/**
 * The table of suppliers: which field of a `credential_source` tells which kind. A new supplier is one file and one
 * line here.
 *
 * @module
 */
import * as v from "valibot";
import { isObject } from "../../lib/json.ts";
import { awsSupplier } from "./aws.ts";
import { certificateSupplier } from "./certificate.ts";
import { executableSupplier } from "./executable.ts";
import { fileSupplier } from "./file.ts";
import { type SubjectTokenSupplier, type SupplierContext, type SupplierModule, unusableSource } from "./types.ts";
import { urlSupplier } from "./url.ts";

/** By telling field. */
const SUPPLIERS = {
  environment_id: awsSupplier,
  file: fileSupplier,
  url: urlSupplier,
  executable: executableSupplier,
  certificate: certificateSupplier,
} as const satisfies Readonly<Record<string, SupplierModule>>;

type Field = keyof typeof SUPPLIERS;

const FIELDS = Object.keys(SUPPLIERS) as readonly Field[];
const ONE_OF = `Must have one of ${FIELDS.join(", ")}`;

/** Schema of `credential_source`, whichever kind it is. Loose: Google adds fields. */
export const credentialSourceSchema = v.lazy((source) => moduleOf(source)?.schema ?? v.never(ONE_OF));

/** Builds the supplier of a `credential_source` that the schema has accepted. Throws a `ConfigurationError`. */
export function createSupplier(source: unknown, context: SupplierContext): SubjectTokenSupplier {
  const module = moduleOf(source);
  if (module === undefined) throw unusableSource(context, `Cannot use "credential_source": ${ONE_OF}`);
  return module.create(source, context);
}

/** `url` is also a field of AWS sources, where `environment_id` decides; otherwise two telling fields are a mistake. */
function moduleOf(source: unknown): SupplierModule | undefined {
  if (!isObject(source)) return undefined;
  if (Object.hasOwn(source, "environment_id")) return SUPPLIERS.environment_id;
  const [field, another] = FIELDS.filter((name) => Object.hasOwn(source, name));
  return field === undefined || another !== undefined ? undefined : SUPPLIERS[field];
}
