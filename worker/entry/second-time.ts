/**
 * What is made of an object that comes again and again: kept from the second time on, for most objects never come again.
 *
 * @module
 */

/** Returns `make`, which gives `undefined` for an object that comes for the first time, and afterwards what it made once. */
export function fromSecondTime<K extends object, V>(make: (key: K) => V): (key: K) => V | undefined {
  const kept = new WeakMap<K, V | undefined>();
  return (key) => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    const made = kept.has(key) ? make(key) : undefined;
    kept.set(key, made);
    return made;
  };
}
