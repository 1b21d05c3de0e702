import type { Plugin } from "esbuild";
import type { AbsentImport } from "./absent-modules.ts";
import { standInCode } from "./stand-in-code.ts";
import { nodeModuleName, standInFile } from "./stand-in-modules.ts";

/**
 * Puts stand-ins in the place of Node's modules. They become part of the bundle, and so have what the
 * plugin's own code has: nothing beyond the compartment. Where a package asks for "events", it means
 * Node's, whatever else is installed under that name; "events/" is the package.
 *
 * @param absent names that packages import and that stand-ins do not have: those throw when called
 */
export const standIns = (absent: readonly AbsentImport[]): Plugin => ({
  name: "stand-ins",
  setup(build) {
    build.onResolve({ filter: /^[\w:/]+$/ }, ({ path, kind }) => {
      const name = nodeModuleName(path);
      if (name === null || standInFile(name) === undefined) return undefined;
      const namespace = kind === "require-call" ? "node-required" : "node";
      return { path: name, namespace, sideEffects: false };
    });
    build.onResolve({ filter: /^rookery:/ }, ({ path }) => ({
      ...{ path: path.slice("rookery:".length), namespace: "node", sideEffects: false },
    }));
    build.onLoad({ filter: /.*/, namespace: "node" }, async ({ path }) => ({
      contents: (await standInCode(path)) + throwing(path, absent),
    }));
    // What require() gives is the default export: a class, not the module with the class in it.
    build.onLoad({ filter: /.*/, namespace: "node-required" }, ({ path }) => ({
      contents: `import all from "node:${path}"; module.exports = all;`,
    }));
  },
});

function throwing(module: string, absent: readonly AbsentImport[]): string {
  const names = absent.flatMap((each) =>
    each.module === module && each.name !== undefined ? each.name : [],
  );
  return [...new Set(names)]
    .map((name) => {
      const text = JSON.stringify(`"${name}" of "node:${module}" is not in the sandbox.`);
      return `\nexport function ${name}() { throw new Error(${text}); }`;
    })
    .join("");
}
