import { type Static, Type } from "typebox";
import { Permissions } from "./permissions.ts";

export * from "./permissions.ts";
export { isUserOf, Localpart } from "./user-pattern.ts";

/** Reverse-domain plugin ID, such as `org.example.hello`. It names folders, so it is kept strict. */
export const PluginId = Type.String({
  pattern: "^[a-z][a-z0-9-]*(\\.[a-z0-9][a-z0-9-]*)+$",
  maxLength: 128,
});

/** `MAJOR.MINOR.PATCH` with optional pre-release and build parts, as https://semver.org has it. */
export const SemVer = Type.String({
  pattern: "^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(-[0-9A-Za-z.-]+)?(\\+[0-9A-Za-z.-]+)?$",
  maxLength: 64,
});

const about = {
  id: PluginId,
  version: SemVer,
  name: Type.String({ minLength: 1, maxLength: 64 }),
  description: Type.String({ minLength: 1, maxLength: 500 }),
  license: Type.String({ minLength: 1, maxLength: 64, description: "An SPDX expression, such as `MIT`." }),
  rookery: Type.String({
    minLength: 1,
    maxLength: 64,
    description: "The host versions it runs on, as an npm range: `^0.1.0`.",
  }),
  permissions: Type.Optional(Permissions),
  isolation: Type.Optional(
    Type.Enum(["plugin", "instance"], {
      description:
        "Whether all instances share a worker (`plugin`, unless told), or each has one of its own (`instance`, some 20 MB more each).",
    }),
  ),
  catchUpSeconds: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 30 * 24 * 60 * 60,
      description:
        "How old a message may be and still be answered when the bot comes back; an hour unless told.",
    }),
  ),
};

/** `plugin.json` as its author writes it, beside the sources. */
export const SourceManifest = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    ...about,
    main: Type.Optional(Type.String({ description: "The entry file; `src/index.ts` unless told." })),
  },
  { additionalProperties: false },
);
export type SourceManifest = Static<typeof SourceManifest>;

/** `plugin.json` inside a bundle: what the author wrote, and what building added. */
export const Manifest = Type.Object(
  {
    ...about,
    main: Type.Literal("plugin.js"),
    configSchema: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  { additionalProperties: false },
);
export type Manifest = Static<typeof Manifest>;
