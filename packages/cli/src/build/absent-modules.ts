import { relative } from "node:path";
import type { Message, Plugin } from "esbuild";
import { packageOf } from "./package-of.ts";
import { nodeModuleName, standInFile } from "./stand-in-modules.ts";

/** What a package imports of Node that the sandbox has not: a module, or a name of one with a stand-in. */
export interface AbsentImport {
  /** The importing file, from the plugin's folder. */
  file: string;
  line: number;
  column: number;
  module: string;
  name?: string;
}

/**
 * What an error says is missing of Node in an installed package, which may do without it. Null where
 * it is something else, or the plugin's own code: what an author writes is meant.
 */
export function absentImport({ text, location }: Message): AbsentImport | null {
  if (location === null || packageOf(location.file) === null) return null;
  const { file, line, column } = location;
  const module = /^Could not resolve "(.+)"$/.exec(text)?.[1];
  const name = module === undefined ? null : nodeModuleName(module);
  if (name !== null) return { file, line, column, module: name };
  const [, of, missing] = /^No matching export in "node:([^"]+)" for import "(\w+)"$/.exec(text) ?? [];
  if (of === undefined || missing === undefined) return null;
  return { file, line, column, module: of, name: missing };
}

/** The esbuild namespace of what stands for a module that is not there. */
export const ABSENT = "absent";

/**
 * Lets packages import modules that the sandbox has not. Nothing is behind them: whatever is taken
 * from one can be passed on, and throws when it is called.
 */
export const absentModules = (imports: readonly AbsentImport[], dir: string): Plugin => ({
  name: "absent-modules",
  setup(build) {
    const known = new Set(imports.map(({ file, module }) => `${file}\n${module}`));
    build.onResolve({ filter: /^[\w:/]+$/ }, ({ path, importer }) => {
      const name = nodeModuleName(path);
      if (name === null || standInFile(name) !== undefined) return undefined;
      const file = relative(dir, importer);
      if (!known.has(`${file}\n${name}`)) return undefined;
      return { path: `${packageOf(file)} ${name}`, namespace: ABSENT, sideEffects: false };
    });
    build.onLoad({ filter: /.*/, namespace: ABSENT }, ({ path }) => {
      const [library, module] = path.split(" ");
      return { contents: codeOf(`The package "${library}" used`, module as string) };
    });
  },
});

/** `then` is not there, so that a promise can be fulfilled with it; symbols are questions of the language's. */
const codeOf = (says: string, module: string) => `
function absent(name) {
  const fail = () => { throw new Error(${JSON.stringify(says)} + ' "' + name + ${JSON.stringify(`" of Node, but "${module}" is not in the sandbox.`)}); };
  const parts = new Map();
  const self = new Proxy(function () {}, {
    get(target, key) {
      if (typeof key === "symbol" || key === "then") return undefined;
      if (key === "prototype") return target.prototype;
      if (key === "__esModule") return true;
      if (key === "default") return self;
      if (!parts.has(key)) parts.set(key, absent(name + "." + key));
      return parts.get(key);
    },
    apply: fail,
    construct: fail,
  });
  return self;
}
module.exports = absent(${JSON.stringify(module)});
`;
