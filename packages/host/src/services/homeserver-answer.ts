import { MatrixError } from "matrix-bot-sdk";
import { AppError } from "../errors.ts";

/**
 * Has a homeserver do something for the operator, and says in the operator's words where it does not.
 *
 * @param what to begin a sentence with: `@bot:example.org could not join !room`
 * @throws AppError `HOMESERVER_REFUSED`, `TOKEN_REVOKED`, `TOO_MANY_REQUESTS`
 */
export async function homeserverAnswer<T>(what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (!(cause instanceof MatrixError)) throw cause;
    const { errcode, retryAfterMs } = cause;
    if (errcode === "M_UNKNOWN_TOKEN") {
      throw new AppError("TOKEN_REVOKED", `${what}: its login is gone. Log in again.`, { cause });
    }
    const text = `${what}: ${cause.error.replace(/\.$/, "")} (${errcode}).`;
    if (errcode !== "M_LIMIT_EXCEEDED") throw new AppError("HOMESERVER_REFUSED", text, { cause });
    const retryAfterSeconds = Math.ceil((retryAfterMs ?? 1_000) / 1_000);
    throw new AppError("TOO_MANY_REQUESTS", text, { cause, data: { retryAfterSeconds } });
  }
}
