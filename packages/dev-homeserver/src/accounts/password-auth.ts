import { invalidParam, MatrixError } from "../errors.ts";
import { newOpaqueId } from "../ids.ts";
import { isObject, stringIn } from "../json.ts";
import type { AccountStore } from "../store/accounts.ts";
import { isPassword } from "./passwords.ts";
import type { Session } from "./sessions.ts";

/**
 * Whether who asks for something grave knows the account's password too.
 *
 * @throws MatrixError 401 with the flow, until they have given it
 */
export type CheckPassword = (auth: unknown, session: Session) => Promise<void>;

/** User-interactive authentication with the password as the only stage. */
export function createPasswordAuth(accountStore: AccountStore): CheckPassword {
  return async (auth, session) => {
    const flow = { flows: [{ stages: ["m.login.password"] }], params: {}, session: newOpaqueId() };
    if (!isObject(auth)) throw new MatrixError(401, "M_FORBIDDEN", "The current password is needed", flow);
    if (stringIn(auth, "type") !== "m.login.password") throw invalidParam("Only m.login.password is known");
    const user = accountStore.user(session.userId);
    if (!user || !(await isPassword(stringIn(auth, "password") ?? "", user.password)))
      throw new MatrixError(401, "M_FORBIDDEN", "Invalid password", flow);
  };
}
