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

/** What must not go through a proxy: this server, and the names of the real one. */
export const noProxyHosts: readonly string[] = ["127.0.0.1", "169.254.169.254", "metadata.google.internal"];

/** Variables that make libraries and tools find a credential, or another account, before they ask the metadata server. */
export const shadowing: readonly string[] = [
  "GOOGLE_APPLICATION_CREDENTIALS",
  "GOOGLE_CREDENTIALS",
  "GOOGLE_CLOUD_KEYFILE_JSON",
  "GCLOUD_KEYFILE_JSON",
  "GOOGLE_OAUTH_ACCESS_TOKEN",
  "GOOGLE_IMPERSONATE_SERVICE_ACCOUNT",
  "CLOUDSDK_AUTH_ACCESS_TOKEN",
  "CLOUDSDK_AUTH_ACCESS_TOKEN_FILE",
  "CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE",
  "CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT",
  "CLOUDSDK_CORE_ACCOUNT",
  "CLOUDSDK_ACTIVE_CONFIG_NAME",
  "NO_GCE_CHECK",
];

/** Variables that hold what the server alone shall know: credentials, and a configuration that may hold some. */
export const serverOnly: readonly string[] = [
  "GOOGLE_APPLICATION_CREDENTIALS_JSON",
  "GOOGLE_ACCESS_TOKEN",
  "GOOGLE_ID_TOKEN",
  "GOOGLE_IMPERSONATE_DELEGATES",
  "METADATA_CONFIG",
  "METADATA_CONTROL_TOKEN",
];
