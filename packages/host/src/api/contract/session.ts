import { type Static, Type } from "typebox";
import { closed, Time } from "./shapes.ts";

/** What a user or a token may do: see; plugins and instances, too; accounts, users and secrets, too. */
export const Role = Type.Union([Type.Literal("viewer"), Type.Literal("deployer"), Type.Literal("admin")]);
export type Role = Static<typeof Role>;

/** `GET /session`: who is signed in. `mustSetPassword` after the one-time link, until a password is set. */
export const Session = Type.Object({
  user: Type.Object({ name: Type.String(), role: Role }),
  mustSetPassword: Type.Boolean(),
  version: Type.String({ description: "Rookery's own version." }),
  lastEventId: Type.String({
    description:
      "For `GET /events?after=` within a minute: of what is read from now on, no change is missed.",
  }),
});
export type Session = Static<typeof Session>;

/** `POST /session`: sign in with a name and a password. */
export const SignIn = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 64 }),
    password: Type.String({ minLength: 1, maxLength: 1024 }),
  },
  closed,
);
export type SignIn = Static<typeof SignIn>;

/** `POST /session/one-time`: sign in with the token of the printed link. It works once. */
export const OneTimeSignIn = Type.Object({ token: Type.String({ minLength: 20, maxLength: 200 }) }, closed);
export type OneTimeSignIn = Static<typeof OneTimeSignIn>;

export const UserName = Type.String({ minLength: 1, maxLength: 64, pattern: "^[A-Za-z0-9._-]+$" });

/** `PUT /session/password`: set the name and password of the signed-in user; every other session ends. */
export const SetPassword = Type.Object(
  {
    name: UserName,
    password: Type.String({ minLength: 10, maxLength: 1024 }),
    currentPassword: Type.Optional(
      Type.String({ minLength: 1, maxLength: 1024, description: "Needed where there is one already." }),
    ),
  },
  closed,
);
export type SetPassword = Static<typeof SetPassword>;

/**
 * `GET /sessions`: your own, the last used first; `GET /users/:name/sessions`: a user's. `DELETE` on one ends
 * it; on `/sessions` all but the one that asks, on `/users/:name/sessions` all.
 */
export const OpenSession = Type.Object({
  id: Type.String(),
  createdAt: Time,
  lastUsedAt: Time,
  userAgent: Type.Union([Type.String(), Type.Null()]),
  current: Type.Boolean({ description: "Whether it is the one that asks." }),
});
export type OpenSession = Static<typeof OpenSession>;
