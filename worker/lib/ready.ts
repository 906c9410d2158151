/**
 * Values that are there already, or come later. Most answers are there: a promise for each would cost more than making
 * it.
 *
 * @module
 */

/** Applies `next` to `value` at once if it is there, else when it comes. */
export function whenReady<T, R>(value: T | Promise<T>, next: (value: T) => R | Promise<R>): R | Promise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}
