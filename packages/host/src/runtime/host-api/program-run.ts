import { Type } from "typebox";
import { AppError } from "../../errors.ts";
import { defineMethod } from "./method.ts";

/** Runs a program that the operator set up and granted. */
export const programRun = defineMethod({
  name: "program.run",
  permission: "programs",
  params: Type.Object({
    name: Type.String(),
    args: Type.Array(Type.String({ maxLength: 8192 }), { maxItems: 100 }),
    timeoutMs: Type.Integer({ minimum: 1, maximum: 600_000 }),
    maxOutputBytes: Type.Integer({ minimum: 1, maximum: 16 * 1024 * 1024 }),
  }),
  run(scope, params) {
    if (!scope.granted.programs.includes(params.name)) {
      throw new AppError("PERMISSION_DENIED", `The operator did not grant the program "${params.name}".`);
    }
    const { grants, programs, directory, signal } = scope;
    grants.used("programs", params.name);
    return grants.whileGranted(
      `The program "${params.name}"`,
      (granted) => granted.programs.includes(params.name),
      (ended) => programs.run(params, directory, AbortSignal.any([signal, ended])),
    );
  },
});
