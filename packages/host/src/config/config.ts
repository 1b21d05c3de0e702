import { type Static, Type } from "typebox";

const closed = { additionalProperties: false };

/** A program that plugins may be granted, and how it may be called. */
export const ProgramConfig = Type.Object(
  {
    path: Type.String({ minLength: 1 }),
    always: Type.Array(Type.String(), { description: "Arguments that always come first." }),
    options: Type.Record(Type.String(), Type.Boolean(), {
      description: "Options that a plugin may use; true where a value follows.",
    }),
    operands: Type.Array(Type.String(), { description: "How each argument after `--` must begin." }),
    env: Type.Record(Type.String(), Type.String()),
  },
  closed,
);
export type ProgramConfig = Static<typeof ProgramConfig>;
