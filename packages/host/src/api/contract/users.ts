import { type Static, Type } from "typebox";
import { Role, UserName } from "./session.ts";
import { closed, Etag, ManagedBy, Time } from "./shapes.ts";

/** `GET /users` */
export const User = Type.Object({
  name: Type.String(),
  role: Role,
  disabled: Type.Boolean(),
  hasPassword: Type.Boolean(),
  createdAt: Time,
  managed: ManagedBy,
  etag: Etag,
});
export type User = Static<typeof User>;

/** `POST /users` */
export const NewUser = Type.Object({ name: UserName, role: Role }, closed);
export type NewUser = Static<typeof NewUser>;

/** `POST /users/:name/link`: lets the user in once, to set a password. The password of before goes with its use. */
export const OneTimeLink = Type.Object({
  path: Type.String({ description: "To follow the address under which the user opens the page." }),
  expiresAt: Time,
});
export type OneTimeLink = Static<typeof OneTimeLink>;

/** The answer to `POST /users`. */
export const AddedUser = Type.Object({ ...User.properties, link: OneTimeLink });
export type AddedUser = Static<typeof AddedUser>;

/** `PATCH /users/:name`: both hold from the next request on. Who is disabled is signed out. */
export const UserChange = Type.Object(
  { role: Type.Optional(Role), disabled: Type.Optional(Type.Boolean()) },
  closed,
);
export type UserChange = Static<typeof UserChange>;

/** `GET /tokens`: your own; `GET /users/:name/tokens`: a user's. */
export const ApiToken = Type.Object({
  id: Type.String(),
  name: Type.String(),
  role: Role,
  createdAt: Time,
  expiresAt: Time,
  lastUsedAt: Type.Union([Time, Type.Null()]),
});
export type ApiToken = Static<typeof ApiToken>;

/** `POST /tokens`: a token of your own, for a script. */
export const NewApiToken = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 64, pattern: "\\S" }),
    role: Role,
    days: Type.Integer({ minimum: 1, maximum: 365, description: "After so many it ends." }),
  },
  closed,
);
export type NewApiToken = Static<typeof NewApiToken>;

/** The answer to `POST /tokens`, and the only one that has the token itself: `Authorization: Bearer rookery_…`. */
export const CreatedApiToken = Type.Object({ ...ApiToken.properties, token: Type.String() });
export type CreatedApiToken = Static<typeof CreatedApiToken>;
