/**
 * The flags of the incumbent (salrashid123/gce_metadata_server, and the Go logging library under it) that have no
 * counterpart here: those that hold anyway are taken in silence, the others are refused with what is missing.
 *
 * @module
 */
import type { FlagKind } from "./flag-table.ts";

/** A flag that is understood but not offered. Without a sentence it is accepted and changes nothing. */
export interface ForeignFlag {
  readonly kind: FlagKind;
  readonly sentence?: string;
}

const metrics = "There is no metrics listener of its own here";
const tpm = "Keys in a TPM are not supported; use --service-account-file, --impersonate or --federate";
const mutualTls = "Listening with mutual TLS is not supported; use --unix-socket, or put a TLS proxy in front";
const logging = "Logs go to stderr only; use --log-level and --log-format";

/** Logs always go to stderr, so the first two hold already. */
export const foreignFlags: ReadonlyMap<string, ForeignFlag> = new Map<string, ForeignFlag>([
  ...all("boolean", undefined, ["logtostderr", "alsologtostderr"]),
  ...all("boolean", metrics, ["metricsEnabled"]),
  ...all("text", metrics, ["metricsInterface", "metricsPort", "metricsPath"]),
  ...all("boolean", tpm, ["tpm", "useTPM", "useOauthToken", "useEKParent"]),
  ...all("text", tpm, [
    "persistentHandle",
    "keyfile",
    "tpmKeyFile",
    "tpm-path",
    "tpmPath",
    "parentPass",
    "keyPass",
    "pcrs",
  ]),
  ...all("text", tpm, ["tpm-session-encrypt-with-name"]),
  ...all("boolean", mutualTls, ["usemTLS"]),
  ...all("text", mutualTls, ["rootCAmTLS", "serverCert", "serverKey"]),
  ...all("boolean", "Not needed: whether the scopes of a request count depends on --preset", ["allowDynamicScopes"]),
  ...all("text", logging, ["log_dir", "log_backtrace_at", "log_link", "logbuflevel", "stderrthreshold", "vmodule"]),
]);

function all(kind: FlagKind, sentence: string | undefined, names: readonly string[]): [string, ForeignFlag][] {
  return names.map((name) => [name, sentence === undefined ? { kind } : { kind, sentence }]);
}
