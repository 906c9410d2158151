/**
 * What an instance keeps over a restart on workerd: one row for each change and each key in the SQLite storage of its
 * Durable Object. An answer leaves the object only when what was written before it is on the disk (output gate).
 *
 * @module
 */
import type { DurableObjectStorage } from "cloudflare:workers";
import type { EmulatorOptions } from "../emulator.ts";
import { changeFromJson, changeToJson } from "../instance/state.ts";
import { parseJson, stringifyJson } from "../lib/json.ts";
import type { Change } from "../metadata/document.ts";

type Kept = Required<Pick<EmulatorOptions, "changes" | "save" | "onKeys">> & Pick<EmulatorOptions, "keys">;

/** Reads what was kept, and returns it with where the next goes. */
export function openStorage(storage: DurableObjectStorage): Kept {
  const { sql } = storage;
  sql.exec("CREATE TABLE IF NOT EXISTS changes (position INTEGER PRIMARY KEY, change TEXT NOT NULL)");
  sql.exec("CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, value TEXT NOT NULL)");
  let positions = new Map<Change, number>();
  for (const { change, position } of sql.exec("SELECT position, change FROM changes ORDER BY position"))
    positions.set(changeFromJson(parseJson(String(change))), Number(position));
  const [keys] = sql.exec("SELECT value FROM kept WHERE name = 'issuer'");

  const save = async (changes: readonly Change[]) => {
    const wanted = new Set(changes);
    const next = new Map<Change, number>();
    let last = 0;
    storage.transactionSync(() => {
      for (const [change, position] of positions) {
        last = position;
        if (wanted.has(change)) next.set(change, position);
        else sql.exec("DELETE FROM changes WHERE position = ?", position);
      }
      for (const change of changes) {
        if (next.has(change)) continue;
        sql.exec("INSERT INTO changes VALUES (?, ?)", ++last, stringifyJson(changeToJson(change)));
        next.set(change, last);
      }
    });
    positions = next;
  };
  return {
    changes: [...positions.keys()],
    keys: keys === undefined ? undefined : JSON.parse(String(keys.value)),
    save,
    onKeys: (made) => void sql.exec("INSERT OR REPLACE INTO kept VALUES ('issuer', ?)", JSON.stringify(made)),
  };
}
