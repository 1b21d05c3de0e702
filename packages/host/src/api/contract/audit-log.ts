import { type Static, Type } from "typebox";
import { closed, paged, Time } from "./shapes.ts";

/** Of a list that grows: it comes page by page, and the header `Link` has the next page's address. */
export const PageQuery = Type.Object(paged, closed);
export type PageQuery = Static<typeof PageQuery>;

/** `GET /audit-log`: the newest first. */
export const AuditQuery = Type.Object(
  {
    ...paged,
    user: Type.Optional(Type.String({ maxLength: 64 })),
    action: Type.Optional(Type.String({ maxLength: 64 })),
  },
  closed,
);
export type AuditQuery = Static<typeof AuditQuery>;

const Changed = Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()]);

/** Who did what. `user`, `session`, `token` and `address` are null where there is none. */
export const AuditEntry = Type.Object({
  id: Type.Integer(),
  at: Time,
  user: Type.Union([Type.String(), Type.Null()]),
  session: Type.Union([Type.String({ description: "Its ID." }), Type.Null()]),
  token: Type.Union([Type.Object({ id: Type.String(), name: Type.String() }), Type.Null()]),
  address: Type.Union([Type.String(), Type.Null()]),
  userAgent: Type.Union([Type.String(), Type.Null()]),
  action: Type.String({ description: "Such as `instance.change`." }),
  target: Type.Union([Type.String(), Type.Null()]),
  before: Changed,
  after: Changed,
  error: Type.Union([Type.String({ description: "The code of why it failed." }), Type.Null()]),
});
export type AuditEntry = Static<typeof AuditEntry>;
