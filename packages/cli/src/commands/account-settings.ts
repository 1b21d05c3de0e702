import type { Account, AccountChange } from "@rookery/host/api";
import { UsageError } from "../command.ts";

/**
 * What `set`, `online` and `offline` change of an account; `null` for other commands.
 *
 * @throws UsageError where an option does not belong to the command, or none says what to set
 */
export function accountChange(
  command: string,
  { autojoin, prefix, room }: { autojoin?: string; prefix?: string; room?: string },
): ((account: Account) => AccountChange) | null {
  const isGiven = autojoin !== undefined || prefix !== undefined || room !== undefined;
  if (command !== "set") {
    if (isGiven) throw new UsageError("--autojoin, --prefix and --room belong to set.");
    return command === "online" || command === "offline" ? () => ({ enabled: command === "online" }) : null;
  }
  if (autojoin === undefined && prefix === undefined)
    throw new UsageError("Say what to set: --autojoin or --prefix.");
  if (room !== undefined && prefix === undefined) throw new UsageError("Say the room's --prefix.");
  return ({ roomPrefixes }) => ({
    ...(autojoin === undefined ? {} : { autojoin: policyIn(autojoin) }),
    ...(prefix === undefined ? {} : room === undefined ? { prefix } : inRoom(roomPrefixes, room, prefix)),
  });
}

/** `never`, `always`, or the users and servers whose invitations are taken. */
function policyIn(typed: string): NonNullable<AccountChange["autojoin"]> {
  if (typed === "never" || typed === "always") return { policy: typed };
  return { policy: "allow-list", allow: typed.split(",").map((glob) => glob.trim()) };
}

/** An empty prefix is that of the account again. */
function inRoom(before: Record<string, string>, room: string, prefix: string): AccountChange {
  const { [room]: _own, ...others } = before;
  return { roomPrefixes: prefix === "" ? others : { ...others, [room]: prefix } };
}
