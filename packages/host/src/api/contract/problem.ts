import { type Static, Type } from "typebox";

/** RFC 9457 problem details; `code` is one of `errors.ts`, `fields` names what in the body was wrong. */
export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String(),
  detail: Type.String(),
  fields: Type.Optional(Type.Array(Type.Object({ path: Type.String(), message: Type.String() }))),
  approvalUrl: Type.Optional(
    Type.String({
      description:
        "Of `APPROVAL_NEEDED`: what to open in a browser before the same is asked for again. It comes from the homeserver.",
    }),
  ),
});
export type Problem = Static<typeof Problem>;
