import { AppError } from "@rookery/host/bundle";
import type { BuildFailure, Message } from "esbuild";
import { insteadOf } from "./instead-of.ts";
import { packageOf } from "./package-of.ts";
import { shortenPath } from "./shorten-path.ts";
import { nodeModuleName } from "./stand-in-modules.ts";

const SHOWN = 10;

/** What esbuild calls the loading of a module whose name only running code knows. */
export const LOADING = ["unsupported-dynamic-import", "unsupported-require-call", "indirect-require"];

/** What esbuild found wrong, as one error: a line for each with its place and what to do. */
export function toAppError(error: unknown): unknown {
  const failures = (error as Partial<BuildFailure>).errors;
  if (failures === undefined || failures.length === 0) return error;
  const lines = failures.slice(0, SHOWN).map(showMessage);
  if (failures.length > SHOWN) lines.push(`… and ${failures.length - SHOWN} more`);
  return new AppError("BUNDLE_CODE_REFUSED", `The plugin cannot be built.\n${lines.join("\n")}`, {
    cause: error,
  });
}

/** `src/index.ts:3:17: …` with the place as editors read it. */
export function showMessage(message: Message): string {
  const { location } = message;
  const place = location ? `${shortenPath(location.file)}:${location.line}:${location.column + 1}: ` : "";
  return place + explain(message);
}

function explain({ id, text, notes, location }: Message): string {
  const missing = /^Could not resolve "(.+)"$/.exec(text)?.[1];
  if (missing !== undefined && location === null) {
    return `There is no file "${missing}". Put the plugin's entry file there, or name another one as "main" in plugin.json.`;
  }
  const module = missing === undefined ? null : nodeModuleName(missing);
  if (module !== null) {
    return `"${missing}" is a module of Node that the sandbox has not. ${insteadOf(module)}`;
  }
  const [, of, name = ""] = /^No matching export in "(node:[^"]+)" for import "(\w+)"$/.exec(text) ?? [];
  if (of !== undefined) {
    return `The sandbox has "${of}", but no "${name}" in it. ${insteadOf(of.slice("node:".length), name)}`;
  }
  if (missing !== undefined && !missing.startsWith(".")) {
    return `There is no package "${missing}" here. Install it with "npm install ${missing}".`;
  }
  if (id === "direct-eval")
    return "Code in the sandbox cannot call eval directly; (0, eval)(…) and new Function(…) are there.";
  if (LOADING.includes(id)) {
    const name = location === null ? null : packageOf(location.file);
    const who = name === null ? "This" : `"${name}"`;
    return `${who} loads a module whose name only running code knows. In the sandbox nothing can be loaded, so that this throws when it runs.`;
  }
  return [text, ...notes.map((note) => note.text)].join(" ");
}
