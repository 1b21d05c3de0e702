type MarkedModule = typeof import("marked");

let loaded: MarkedModule | undefined;

/**
 * The Markdown parser, read with the first text that is formatted: its rules take some 15 ms to be made, which a
 * worker without Markdown does not pay for.
 */
export function marked(): MarkedModule {
  loaded ??= load();
  return loaded;
}

function load(): MarkedModule {
  try {
    // Bundled into the worker, this is a function of the same file, and reads nothing.
    return require("marked") as MarkedModule;
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    // As a module of Node's, in tests, there is no `require` but one that is made.
    return process.getBuiltinModule("node:module").createRequire(import.meta.url)("marked") as MarkedModule;
  }
}
