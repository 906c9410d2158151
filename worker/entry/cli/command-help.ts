/**
 * What `--help` prints for the program and for each command but `serve`, whose text is made from the table of flags.
 *
 * @module
 */

/** A command in the list, its own text, and the flags that completion offers. */
export interface CommandHelp {
  readonly summary: string;
  readonly usage: string;
  readonly text: readonly string[];
  readonly examples: readonly string[];
}

const program = "gce-metadata-emulator";

/** All commands, in the order of the list. */
export const commandHelps = {
  serve: {
    summary: "a metadata server, until it is stopped",
    usage: "serve [FLAGS]",
    text: ["See serve --help."],
    examples: ["serve --port 0", "serve --service-account-file key.json"],
  },
  exec: {
    summary: "a private server for one command, gone when the command ends",
    usage: "exec [FLAGS OF SERVE] -- CMD [ARGS]",
    text: [
      "Starts a server on a free port and CMD with the variables of every client library",
      "set to it, a fresh CLOUDSDK_CONFIG, and without the variables that would shadow it",
      "(GOOGLE_APPLICATION_CREDENTIALS and others) or hold the server's credential.",
      "Signals go to CMD. The exit code is CMD's; 128+N when signal N ended it, 127 when",
      "there is no such program, 126 when it cannot be executed.",
      "With --to URL and the flags of relay it is a relay instead of a server.",
    ],
    examples: [
      "exec -- python app.py",
      "exec --to https://tokens.example.com --token-file token -- python app.py",
      "exec --service-account-file key.json -- terraform plan",
      "exec --project-id my-project --log-level debug -- npm test",
    ],
  },
  relay: {
    summary: "a local metadata server whose answers come from a service",
    usage: "relay --to URL --token-file FILE [FLAGS]",
    text: [
      "--to URL            the service; https, or http on this machine",
      "--token-file FILE   file with the credential, read again when it changes",
      "--token-env NAME    variable with the credential",
      "--token TOKEN       the credential itself; other users of the machine see it",
      "--port N            port, 0 takes a free one (default 8080)",
      "--host ADDR         address to listen on (default 127.0.0.1)",
      "--unix-socket PATH  listen on a Unix socket instead",
      "--allow-host NAME   one more accepted Host (repeatable)",
      "--log-level L, --log-format F   error|warn|info|debug, text|json",
    ],
    examples: ["relay --to https://tokens.example.com --token-file token"],
  },
  env: {
    summary: "the variables that send clients to a running server",
    usage: "env [--shell bash|fish|powershell|dotenv|docker|json] [--port N] [--host ADDR] [--secret-path S]",
    text: [
      "bash (default) is for every POSIX shell. docker is a file for docker run --env-file",
      "(host.docker.internal unless --host says otherwise).",
    ],
    examples: [
      'eval "$(gce-metadata-emulator env)"',
      "env --shell fish --port 18080 | source",
      "env --shell dotenv > .env",
    ],
  },
  doctor: {
    summary: "why a program finds credentials here, or not, step by step",
    usage: "doctor [FLAGS OF SERVE] [--json] [--probe] [--no-mint]",
    text: [
      "Looks at variables, files and addresses in the order in which client libraries do,",
      "then mints a token and names the step that fails and the role that is missing.",
      "--probe asks the link-local address whether a metadata server is there.",
      "Exit code: 0 all is well, 1 something is wrong, 2 wrong usage.",
    ],
    examples: ["doctor", "doctor --service-account-file key.json --json"],
  },
  config: {
    summary: "checks, shows and describes the configuration",
    usage: "config check|print|schema|explain [FLAGS OF SERVE]",
    text: [
      "check    reads everything and tells every mistake; exit code 2 if there is one",
      "print    the effective configuration, where each value came from, secrets masked;",
      "         --json for programs",
      "schema   the JSON Schema of the configuration file",
      "explain  which rule of a service a client meets, and why: --as SECRET_NAME or",
      "         --as CLAIMS, the claims of a token as JSON",
    ],
    examples: ["config check --config config.json", "config print --preset gke", "config schema > schema.json"],
  },
  completion: {
    summary: "completion for bash, zsh or fish",
    usage: "completion bash|zsh|fish",
    text: [],
    examples: ['eval "$(gce-metadata-emulator completion bash)"', "completion fish | source"],
  },
} as const satisfies Readonly<Record<string, CommandHelp>>;

export type CommandName = keyof typeof commandHelps;

/** Returns the help of a command, without a closing newline. */
export function commandHelp(name: CommandName): string {
  const { examples, summary, text, usage }: CommandHelp = commandHelps[name];
  return [
    `Usage: ${program} ${usage}`,
    `${summary[0]?.toUpperCase()}${summary.slice(1)}.`,
    "",
    ...text,
    ...(text.length > 0 ? [""] : []),
    "Examples:",
    ...examples.map(example),
  ].join("\n");
}

/** Returns the help of the program, without a closing newline. */
export function programHelp(): string {
  const rows = Object.entries(commandHelps).map(([name, { summary }]) => `  ${name.padEnd(11)} ${summary}`);
  return [
    "Google's metadata server, outside Google Cloud",
    `Usage: ${program} COMMAND [FLAGS]`,
    "",
    ...rows,
    "  help        this text; help COMMAND, or COMMAND --help, says more",
    "",
    "Examples:",
    example("serve --port 8080"),
    example("exec -- python app.py"),
    example('eval "$(gce-metadata-emulator env)"'),
    example("doctor"),
    "",
    "--version prints the version. Documents: README.md, docs/cli.md",
  ].join("\n");
}

function example(line: string): string {
  return `  ${line.includes(program) ? line : `${program} ${line}`}`;
}
