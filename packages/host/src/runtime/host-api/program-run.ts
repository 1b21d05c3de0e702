import type { FileInfo } from "@rookery/plugin-sdk/protocol";
import { type Static, Type } from "typebox";
import { AppError } from "../../errors.ts";
import { type Files, toFileInfo } from "../files.ts";
import { collect, type GivenFiles } from "../program-files.ts";
import { defineMethod } from "./method.ts";

/** In the run's own directory, and no option. */
const NAME = "^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$";
const MAX_FILES = 8;
const Given = Type.Union([
  Type.Object({ text: Type.String({ maxLength: 256 * 1024 }) }, { additionalProperties: false }),
  Type.Object({ file: Type.String() }, { additionalProperties: false }),
]);

/** Runs a program that the operator set up and granted. */
export const programRun = defineMethod({
  name: "program.run",
  permission: "programs",
  params: Type.Object({
    name: Type.String(),
    args: Type.Array(Type.String({ maxLength: 8192 }), { maxItems: 100 }),
    timeoutMs: Type.Integer({ minimum: 1, maximum: 600_000 }),
    maxOutputBytes: Type.Integer({ minimum: 1, maximum: 16 * 1024 * 1024 }),
    files: Type.Optional(
      Type.Record(Type.String({ pattern: NAME }), Given, {
        maxProperties: MAX_FILES,
        additionalProperties: false,
      }),
    ),
    collect: Type.Optional(Type.Array(Type.String({ pattern: NAME }), { maxItems: MAX_FILES })),
  }),
  run(scope, { files: given, collect: names, ...params }) {
    if (!scope.granted.programs.includes(params.name)) {
      throw new AppError("PERMISSION_DENIED", `The operator did not grant the program "${params.name}".`);
    }
    const { grants, programs, directory, signal } = scope;
    const request = {
      ...params,
      ...(given ? { files: resolved(scope.files, given) } : {}),
      ...(names ? { collect: { names, take: (from: string) => collectAll(scope.files, from, names) } } : {}),
    };
    grants.used("programs", params.name);
    return grants.whileGranted(
      `The program "${params.name}"`,
      (granted) => granted.programs.includes(params.name),
      (ended) => programs.run(request, directory, AbortSignal.any([signal, ended])),
    );
  },
});

/** @throws AppError `NO_SUCH_FILE` */
function resolved(files: Files, given: Record<string, Static<typeof Given>>): GivenFiles {
  const entries = Object.entries(given).map(([name, one]) => [
    name,
    "text" in one ? one : { path: files.get(one.file).path },
  ]);
  return Object.fromEntries(entries) as GivenFiles;
}

async function collectAll(files: Files, directory: string, names: readonly string[]) {
  const made: Record<string, FileInfo> = {};
  for (const name of new Set(names)) {
    const file = await collect(directory, name, files);
    if (file) made[name] = toFileInfo(file);
  }
  return made;
}
