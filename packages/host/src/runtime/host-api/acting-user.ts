import type { InFlight } from "../dispatcher.ts";
import type { ActingUser } from "../impersonation.ts";
import type { InstanceScope } from "../instance-scope.ts";

/**
 * Whose word a write of a delivery is; `undefined` for the bot's own.
 *
 * @throws AppError `PERMISSION_DENIED`, `BAD_REQUEST`
 */
export function actingUser(
  { impersonation, writer }: InstanceScope,
  delivery: InFlight,
  as?: string,
): ActingUser | undefined {
  if (as === undefined) return undefined;
  try {
    return impersonation.as(as);
  } catch (error) {
    // It counts all the same: the numbers of the writes after it must not hang on what is granted when they run again.
    writer.nextTxnId(delivery);
    throw error;
  }
}
