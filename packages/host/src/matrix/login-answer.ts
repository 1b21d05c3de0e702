import { Type } from "typebox";

/** What a homeserver answers to a login. https://spec.matrix.org/latest/client-server-api/#post_matrixclientv3login */
export const LoginAnswer = Type.Object({
  user_id: Type.String({ pattern: "^@.+:.+" }),
  device_id: Type.String(),
  access_token: Type.String({ minLength: 1 }),
});
