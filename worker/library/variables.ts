/**
 * The environment of a client program: the variables that send every library here (clients.md 2), and the ones that
 * would keep it from looking here.
 *
 * @module
 */

/** Returns the variables for a server at `host` (`127.0.0.1:PORT`; never `localhost`, which some resolve to `::1`). */
export function clientVariables(host: string): Readonly<Record<string, string>> {
  return {
    GCE_METADATA_HOST: host,
    GCE_METADATA_IP: host,
    GCE_METADATA_ROOT: host,
    METADATA_SERVER_DETECTION: "assume-present",
    GCE_METADATA_MTLS_MODE: "none",
    METADATA_EMULATOR_HOST: host,
    GCE_METADATA_URL: host,
    METADATA_SERVER: `http://${host}`,
    GCE_ENV_URL: `http://${host}/computeMetadata/v1/instance/`,
  };
}
