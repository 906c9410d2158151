/**
 * The command line after its spellings have been sorted out, and the other inputs of `loadSettings`. The table of the
 * flags is in `entry/cli/flag-table.ts`; what each one means stands in the interface page under "`serve` flags".
 *
 * @module
 */

/** What was given on the command line. A flag that is absent was not given; values are checked by whoever uses them. */
export interface FlagValues {
  /** TCP port, 0 to 65535; 0 takes a free one. */
  readonly port?: number;
  /** Address to listen on, an IPv6 address without brackets. */
  readonly host?: string;
  /** Path of a Unix socket; it wins over `port` and `host`. */
  readonly unixSocket?: string;
  /** Path of the configuration file. */
  readonly config?: string;
  /** Which of the configuration's `instances` is served. */
  readonly instance?: string;
  /** Folder whose files are leaves of the tree. Not read by `loadSettings`. */
  readonly metadataDir?: string;
  readonly serviceAccountFile?: string;
  readonly impersonate?: boolean;
  readonly delegates?: readonly string[];
  readonly federate?: boolean;
  readonly serviceAccountEmail?: string;
  readonly projectId?: string;
  readonly numericProjectId?: string;
  /** Zone of the instance, bare (`us-central1-a`) or in full; the incumbent's `--zone`. */
  readonly zone?: string;
  readonly instanceId?: string;
  readonly instanceName?: string;
  readonly tokenScopes?: readonly string[];
  readonly preset?: string;
  readonly logLevel?: string;
  readonly logFormat?: string;
  readonly controlToken?: string;
  /** The caller makes a control token when none was given. */
  readonly inspect?: boolean;
  readonly openMetrics?: boolean;
  /** Path where changes are kept. Not read by `loadSettings`. */
  readonly state?: string;
  readonly allowHost?: readonly string[];
  /** Empty: the caller makes one. */
  readonly secretPath?: string;
  readonly help?: boolean;
  readonly version?: boolean;
}

/** The flags that say what the credential of the `default` account is. */
export const credentialFlags = [
  "serviceAccountFile",
  "impersonate",
  "delegates",
  "federate",
  "serviceAccountEmail",
] as const;

/** Environment variables, or bindings on workerd. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything that settings are made from. */
export interface SettingsInputs {
  readonly flags: FlagValues;
  readonly env: Environment;
  /** Flags that were given in a way that nobody can read: what needs them cannot be judged. */
  readonly wrong?: readonly (keyof FlagValues)[];
  /** Configuration that the caller holds already; then no file and no `METADATA_CONFIG` is read. */
  readonly configText?: string;
  /** Where `configText` came from, for messages. Default `configuration`. */
  readonly configOrigin?: string;
}
