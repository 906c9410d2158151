/**
 * Subject token of X.509 federation: the certificate chain itself, which is no secret. The proof is the TLS handshake
 * with the STS, so the key goes along as the client certificate. Imitates the certificate-sourced credentials of
 * Google's libraries; parsing of X.509 is left to the STS.
 *
 * @module
 */
import * as v from "valibot";
import { parseJson } from "../../lib/json.ts";
import type { Platform } from "../../platform.ts";
import type { TokenError } from "../types.ts";
import {
  defineSupplier,
  failedToken,
  readSourceFile,
  type SubjectToken,
  type SupplierContext,
  unusableSource,
} from "./types.ts";

const path = v.pipe(v.string(), v.nonEmpty());

const schema = v.looseObject({
  certificate: v.pipe(
    v.looseObject({
      use_default_certificate_config: v.optional(v.boolean()),
      certificate_config_location: v.optional(path),
      trust_chain_path: v.optional(path),
    }),
    v.check(
      (fields) =>
        (fields.use_default_certificate_config === true) !== (fields.certificate_config_location !== undefined),
      'Give "certificate_config_location", or set "use_default_certificate_config" to true, not both',
    ),
  ),
});

/** The certificate configuration that gcloud writes. */
const configSchema = v.object({ cert_configs: v.object({ workload: v.object({ cert_path: path, key_path: path }) }) });

type Read = (path: string, what: string) => Promise<string>;

/** `credential_source.certificate`. Every file is read at each call, since workload certificates live for a day or less. */
export const certificateSupplier = defineSupplier(schema, ({ certificate }, context) => {
  const { readTextFile } = assertCapable(context);
  const { trust_chain_path: chainPath, certificate_config_location: location } = certificate;
  const configPath = location ?? defaultConfigPath(context);
  return {
    kind: "certificate",
    token(signal): Promise<SubjectToken> {
      return subjectToken((file, what) => readSourceFile(readTextFile, file, what, signal), configPath, chainPath);
    },
  };
});

function assertCapable(context: SupplierContext): { readTextFile: NonNullable<Platform["readTextFile"]> } {
  const { runtime, readTextFile, fetchWithCertificate } = context.platform;
  const sentence = `Cannot use a certificate credential source on ${runtime}`;
  if (readTextFile === undefined) throw unusableSource(context, `${sentence}: this runtime reads no files`);
  if (fetchWithCertificate === undefined)
    throw unusableSource(context, `${sentence}: this runtime shows no client certificates`);
  return { readTextFile };
}

/** Where gcloud keeps its certificate configuration, as the official libraries look it up. */
function defaultConfigPath(context: SupplierContext): string {
  const { GOOGLE_API_CERTIFICATE_CONFIG: explicit, CLOUDSDK_CONFIG, APPDATA, HOME } = context.platform.env;
  if (explicit) return explicit;
  const folder = CLOUDSDK_CONFIG || (HOME ? `${HOME}/.config/gcloud` : APPDATA ? `${APPDATA}/gcloud` : undefined);
  if (folder !== undefined) return `${folder}/certificate_config.json`;
  throw unusableSource(
    context,
    "Cannot find the default certificate configuration: set GOOGLE_API_CERTIFICATE_CONFIG to its path",
  );
}

async function subjectToken(read: Read, configPath: string, chainPath: string | undefined): Promise<SubjectToken> {
  const { cert_path, key_path } = workloadOf(await read(configPath, "certificate configuration"), configPath);
  const certificate = await read(cert_path, "certificate file");
  const [leaf] = certificatesOf(certificate);
  if (leaf === undefined) throw unusable("certificate file", cert_path, "it holds no PEM certificate");
  const privateKey = await read(key_path, "certificate key file");
  const chain = chainPath === undefined ? [] : await trustChain(read, chainPath, leaf);
  return { value: JSON.stringify([leaf, ...chain]), certificate: { certificate, privateKey } };
}

function workloadOf(text: string, configPath: string): { cert_path: string; key_path: string } {
  let json: unknown;
  try {
    json = parseJson(text);
  } catch {
    throw unusable("certificate configuration", configPath, "it is not valid JSON");
  }
  const config = v.safeParse(configSchema, json);
  if (config.success) return config.output.cert_configs.workload;
  throw unusable(
    "certificate configuration",
    configPath,
    'it has no "cert_path" and "key_path" in "cert_configs.workload"',
  );
}

/** What follows the leaf. A leaf at the top of the file is not repeated; further down it would make another chain. */
async function trustChain(read: Read, chainPath: string, leaf: string): Promise<readonly string[]> {
  const chain = certificatesOf(await read(chainPath, "trust chain file"));
  const rest = chain[0] === leaf ? chain.slice(1) : chain;
  if (!rest.includes(leaf)) return rest;
  throw unusable("trust chain file", chainPath, "the leaf certificate stands in it, but not only at the top");
}

/** The DER of each PEM block, base64 without line breaks: the text between a block's marks already is that. */
function certificatesOf(pem: string): readonly string[] {
  const blocks = pem.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g);
  return Array.from(blocks, ([, body = ""]) => body.replace(/\s+/g, ""));
}

/** `unavailable`, since a rotation may be under way. */
function unusable(what: string, file: string, problem: string): TokenError {
  return failedToken("unavailable", `Cannot use ${what} "${file}": ${problem}`);
}
