/**
 * A part whose code is loaded when it is first needed: most servers never need it, so it costs them neither memory nor
 * time, and on workerd it is a module of its own.
 *
 * @module
 */

/**
 * Returns the function that `make` makes of a module, which is loaded at the first call. Only what came of it is kept,
 * never the promise: on workerd that belongs to the request that made it.
 */
export function onDemand<Module, Args extends readonly unknown[], Result>(
  load: () => Promise<Module>,
  make: (module: Module) => (...args: Args) => Result | Promise<Result>,
): (...args: Args) => Promise<Result> {
  let made: ((...args: Args) => Result | Promise<Result>) | undefined;
  return async (...args) => {
    if (made === undefined) {
      const module = await load();
      // Somebody else may have waited for it too, and a part has a state of its own.
      made ??= make(module);
    }
    return made(...args);
  };
}
