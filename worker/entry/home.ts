/**
 * The user's home folder. In a container a user may have a number only: then Node knows no home, and says so by throwing.
 *
 * @module
 */
import { homedir } from "node:os";

/** Returns the home folder, `/` for a user without one. */
export function homeFolder(): string {
  try {
    return homedir();
  } catch {
    return "/";
  }
}
