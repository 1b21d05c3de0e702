import { type Static, Type } from "typebox";
import { orNull } from "./shapes.ts";

/** `GET /readyz`, without a session: 200 where the host can do its work, else 503 with what is wrong. */
export const Readiness = Type.Object({
  status: Type.Union([Type.Literal("ready"), Type.Literal("not ready")]),
  problems: Type.Array(Type.String()),
  checks: Type.Array(
    Type.Object({
      name: Type.Union([Type.Literal("database"), Type.Literal("account")]),
      account: orNull(Type.String({ description: "The user ID of an account." })),
      problem: orNull(Type.String({ description: "What is wrong; null where it is well." })),
    }),
    { description: "All that is looked at." },
  ),
});
export type Readiness = Static<typeof Readiness>;

/** `GET /configuration`: as it was when Rookery was started. */
export const Configuration = Type.Object({
  file: orNull(Type.String({ description: "The file that was read." })),
  settings: Type.Array(
    Type.Object({
      name: Type.String({ description: "Such as `limits.databaseMb`." }),
      value: Type.Unknown({ description: "Null where it is hidden." }),
      hidden: Type.Boolean({ description: "It may be a secret: a program's environment or arguments." }),
      from: Type.Union([Type.Literal("default"), Type.Literal("file"), Type.Literal("environment")]),
      variable: orNull(Type.String({ description: "The variable that set it." })),
    }),
  ),
});
export type Configuration = Static<typeof Configuration>;

/** `GET /configuration/differences`: what applying the configuration's file as it is now would do, and what it could not. */
export const Difference = Type.Object({
  kind: Type.Enum(["user", "plugin", "account", "instance", "grants"]),
  name: Type.String({ description: "Its ID; of an account its user ID." }),
  entry: Type.String({ description: "Where in the file, such as `instances.hello`." }),
  action: Type.Enum(["add", "change", "remove", "none"], {
    description:
      "`remove`: the file has it no more, so it is stopped and kept. `none`: it waits for a person.",
  }),
  changes: Type.Array(
    Type.Object({
      field: Type.String(),
      from: Type.Optional(Type.Unknown()),
      to: Type.Optional(Type.Unknown()),
    }),
  ),
  problem: orNull(Type.String({ description: "Why it could not be applied." })),
});
export type Difference = Static<typeof Difference>;

/** `GET /notices`: what needs the operator's attention that belongs to no instance or account. */
export const Notice = Type.Object({ id: Type.String(), message: Type.String(), remedy: Type.String() });
export type Notice = Static<typeof Notice>;
