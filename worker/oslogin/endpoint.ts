/**
 * Which paths are OS Login's, and what methods they take.
 *
 * @module
 */

const paths =
  /^\/computeMetadata\/v1\/+oslogin\/(users|groups|authorize|certificates|authenticate\/sessions\/(?:start|[^/]+\/continue))$/;

/** Returns which endpoint of OS Login a path means, if any. */
export function osLoginEndpoint(path: string): string | undefined {
  return paths.exec(path)?.[1];
}

/** Returns the methods of an endpoint. */
export function osLoginMethods(endpoint: string): readonly string[] {
  return endpoint.startsWith("authenticate/") ? ["POST"] : ["GET", "HEAD"];
}
