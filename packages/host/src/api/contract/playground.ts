import { type Static, Type } from "typebox";
import { closed } from "./shapes.ts";

/**
 * `GET /playground`: the built-in development homeserver, or `null` where it is off, and for viewers.
 * The page speaks plain Matrix with it through `basePath`, where the host passes
 * requests on: `fetch(basePath + "/_matrix/client/v3/sync", { headers: { authorization: "Bearer " + accessToken } })`.
 */
export const Playground = Type.Union([
  Type.Null(),
  Type.Object({
    basePath: Type.String({ description: "`/api/v1/playground/homeserver`" }),
    serverName: Type.String(),
    userId: Type.String({ description: "The person at the page." }),
    accessToken: Type.String({ description: "Good for the development homeserver only." }),
    roomId: Type.String({ description: "The room that is open at first." }),
    people: Type.Array(Type.Object({ userId: Type.String(), accessToken: Type.String() }), {
      description: "Others that one can speak as.",
    }),
  }),
]);
export type Playground = Static<typeof Playground>;

/** `POST /playground/people`: somebody else to speak as, in the same room. */
export const NewPerson = Type.Object(
  { name: Type.String({ pattern: "^[a-z0-9._=-]{1,32}$", description: "Before the colon of the user ID." }) },
  closed,
);
export type NewPerson = Static<typeof NewPerson>;
