/**
 * How long a relay lets one request wait for a change.
 *
 * @module
 */

/** Seconds. What stands between a relay and its service may cut connections that say nothing for longer. */
export const sliceSeconds = 60;
