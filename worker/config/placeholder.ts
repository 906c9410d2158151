/**
 * The placeholder of the incumbent's sample configuration.
 *
 * @module
 */
import { isObject, type JsonObject, stringifyJson } from "../lib/json.ts";

/** How the incumbent's sample file writes a project that is still to be filled in. */
export const PROJECT_PLACEHOLDER = "$PROJECT";

/** Returns `text` with the placeholder filled in where the project is known, else as it is. */
export function fillProject(text: string, projectId: string | undefined): string {
  return projectId === undefined ? text : text.replaceAll(PROJECT_PLACEHOLDER, projectId);
}

/** Says of a document, in the spelling of paths, where nothing has filled the placeholder: project id and accounts. */
export function unfilledProjects(document: JsonObject): string[] {
  const parts = [
    ["project", "project-id"],
    ["instance", "service-accounts"],
  ] as const;
  return parts.flatMap(([top, name]) => {
    const parent = document[top];
    const value = isObject(parent) ? parent[name] : undefined;
    if (value === undefined || !stringifyJson(value).includes(PROJECT_PLACEHOLDER)) return [];
    const served = `"${PROJECT_PLACEHOLDER}" stands for a project that nothing names, and is served as it is`;
    return [`${top}/${name}: ${served}; name one by --project-id or GOOGLE_PROJECT_ID`];
  });
}
