import { type Static, Type } from "typebox";
import { closed, Time } from "./shapes.ts";

/** `POST /backups`: answered when it is made. It has every login and secret, sealed; `withKey` puts the key beside them. */
export const NewBackup = Type.Object(
  {
    withKey: Type.Optional(Type.Boolean({ default: false, description: "With the secret key." })),
    recipients: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 5_000 }), {
        maxItems: 20,
        description:
          "Recipients of age's (age1…) to whom it is encrypted, beside those of `backup.recipients`.",
      }),
    ),
  },
  closed,
);
export type NewBackup = Static<typeof NewBackup>;

/** `GET /backups`: the newest first. `GET /backups/:name` is the file itself. */
export const Backup = Type.Object({
  name: Type.String(),
  size: Type.Integer({ description: "In bytes." }),
  createdAt: Time,
  withKey: Type.Boolean({ description: "Whether it has the secret key." }),
  encrypted: Type.Boolean({ description: "Whether it takes an identity of age's to read it." }),
});
export type Backup = Static<typeof Backup>;
