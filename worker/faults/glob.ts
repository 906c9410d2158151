/**
 * Globs over request paths.
 *
 * @module
 */

/**
 * Returns the pattern of a glob: `*` is any run within a segment, `**` any run (before a slash: any number of whole
 * segments), `?` one character; the rest is literal. Without a leading slash it stands below `/computeMetadata/v1/`;
 * without any slash it is the last name of a path (`token`), and `*` alone is every path.
 */
export function globPattern(glob: string): RegExp {
  if (/^\*+$/.test(glob)) return /^/;
  // A run of stars is two of them: a longer one would only make the pattern slow.
  const source = rooted(glob).replace(/(?:\*{2,}\/)+|\*{2,}|[*?]|[^*?]+/g, (part) => {
    if (part.startsWith("**")) return part.endsWith("/") ? "(?:.*/)?" : ".*";
    if (part === "*") return "[^/]*";
    return part === "?" ? "[^/]" : part.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${source}$`, "s");
}

function rooted(glob: string): string {
  if (glob.startsWith("/")) return glob;
  if (!glob.includes("/")) return `/**/${glob}`;
  return glob.startsWith("**") ? `/${glob}` : `/computeMetadata/v1/${glob}`;
}
