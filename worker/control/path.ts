/**
 * Paths of control calls: as requests write them below `/computeMetadata/v1/`, or with JSON's spelling of the names.
 *
 * @module
 */
import { isName, toKebab } from "../metadata/names.ts";
import { rootShape, shapeBelow } from "../metadata/shape.ts";
import { ShapeError } from "../metadata/tree.ts";

/**
 * Returns the names from the root, as the tree spells them. `path` stands below `/computeMetadata/v1/`; escapes are the
 * caller's to undo. Throws a `ShapeError` for a name that no path can hold.
 */
export function namesOf(path: string): readonly string[] {
  const below = path.replace(/^\/?computeMetadata\/v1(?=\/|$)/, "").replace(/^\/|\/$/g, "");
  return below === "" ? [] : kebab(below.split("/"));
}

function kebab(names: readonly string[]): readonly string[] {
  let shape = rootShape;
  return names.map((given, depth) => {
    const name = shape.verbatim === undefined && shape.json === undefined ? toKebab(given) : given;
    if (!isName(name))
      throw new ShapeError(
        `"${names.slice(0, depth + 1).join("/")}": a name must not be empty, "." or "..", nor hold "/" or control characters`,
      );
    shape = shapeBelow(shape, name);
    return name;
  });
}
