/**
 * The placeholder of the incumbent's sample configuration.
 *
 * @module
 */

/** How the incumbent's sample file writes a project that is still to be filled in. */
export const PROJECT_PLACEHOLDER = "$PROJECT";

/** Returns `text` with the placeholder filled in where the project is known, else as it is. */
export function fillProject(text: string, projectId: string | undefined): string {
  return projectId === undefined ? text : text.replaceAll(PROJECT_PLACEHOLDER, projectId);
}
