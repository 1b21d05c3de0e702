import { type TSchema, Type } from "typebox";

/** For what a request holds: nothing else is taken. */
export const closed = { additionalProperties: false };

export const Time = Type.String({ format: "date-time" });

export const Etag = Type.String({
  description:
    "Names the state of what can be changed of it, for `If-Match`; not its status, its counts, or what is derived.",
});

/** What says how it is, in place of the page and the API, which answer a change with `MANAGED`; null: nothing does. */
export const ManagedBy = Type.Union([
  Type.Object({
    file: Type.String({ description: "The configuration." }),
    entry: Type.String({ description: "Where in it, such as `instances.hello`." }),
  }),
  Type.Null(),
]);

export const paged = {
  limit: Type.Optional(
    Type.String({
      pattern: "^([1-9][0-9]?|[1-4][0-9][0-9]|500)$",
      description: "How many entries, 1 to 500.",
    }),
  ),
  cursor: Type.Optional(
    Type.String({ maxLength: 100, description: "Where to go on; part of the address in `Link`." }),
  ),
};

export const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
