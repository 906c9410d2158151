/**
 * The machine around the server: its other users, its disk, the folders that it reads, the objects of the language.
 *
 * @module
 */
import { type ByThreat, served, unit } from "../mutation.ts";

const folder = "worker/entry/folder.ts";

export const machine: ByThreat = {
  "`__proto__` and friends": [
    {
      ...unit("metadata/prototypes"),
      defence: "`__proto__` is an ordinary key",
      file: "worker/lib/json.ts",
      from: "return Object.fromEntries(entries);",
      to: "return Object.assign({}, Object.fromEntries(entries));",
    },
  ],
  "`--metadata-dir` leads out of its folder": [
    {
      ...served("configuration", "lead out"),
      defence: "Links are followed inside the folder only",
      file: folder,
      from: "if (real === undefined || !",
      to: "if (real === undefined || !real.startsWith(walk.root) && !",
    },
    {
      ...unit("entry/folder"),
      defence: "Number of files of `--metadata-dir`",
      file: folder,
      from: "if (walk.left-- <= 0) throw",
      to: "if (walk.left === undefined) throw",
    },
  ],
  "Another user of the machine connects to the Unix socket": [
    {
      ...served("surroundings", "Unix socket"),
      defence: "Mode of the Unix socket",
      file: "worker/entry/listen/unix-socket.ts",
      from: "await chmod(path, 0o600);",
      to: "await chmod(path, 0o666);",
    },
  ],
  "Another user of the machine reads credential": [
    {
      ...served("surroundings", "state file"),
      defence: "Mode of what the server writes",
      file: "worker/entry/replace-file.ts",
      from: 'open(temporary, "wx", 0o600)',
      to: 'open(temporary, "wx", 0o644)',
    },
    {
      ...unit("cli/warnings"),
      defence: "The start warns of files that the group may read",
      file: "worker/entry/cli/warnings.ts",
      from: "(found.mode & 0o077) === 0",
      to: "(found.mode & 0o007) === 0",
    },
  ],
  "Another user of the machine puts a file or link": [
    {
      ...unit("cli/state-file"),
      defence: "A state or link of another user, in a folder like /tmp, is refused (as root alone can show)",
      file: "worker/entry/state-file.ts",
      from: "(folder.mode & 0o002) !== 0",
      to: "(folder.mode & 0o002) > 2",
    },
    {
      ...unit("cli/state-file"),
      defence: "What is no file is never replaced",
      file: "worker/entry/state-file.ts",
      from: "if (target?.isFile() === false)",
      to: "if (target?.isFIFO() === true)",
    },
    {
      ...unit("cli/state-file"),
      defence: "No link beside the state is written through",
      file: "worker/entry/replace-file.ts",
      from: 'await rm(temporary, { force: true });\n    const file = await open(temporary, "wx", 0o600);',
      to: 'const file = await open(temporary, "w", 0o600);',
    },
  ],
  "A disk that is full": [
    {
      ...served("surroundings", "not acknowledged"),
      defence: "A change is acknowledged when it is on the disk",
      file: "worker/metadata/store.ts",
      from: "await this.#save?.(changes);",
      to: "void this.#save?.(changes)?.catch(() => undefined);",
    },
    {
      ...unit("cli/state-file"),
      defence: "A change that could not be kept is taken back",
      file: "worker/entry/state-file.ts",
      from: "if (this.#state[part] === value) this.#state = { ...this.#state, [part]: before };",
      to: "void before;",
    },
    {
      ...served("state", "kept aside"),
      defence: "A torn file is kept aside",
      file: "worker/entry/state-file.ts",
      from: "await rename(path, aside);",
      to: "void rename;",
    },
  ],
};
