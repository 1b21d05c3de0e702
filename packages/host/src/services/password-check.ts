import { createBoundedTurns } from "../runtime/bounded-turns.ts";
import type { UserRow, UserStore } from "../store/users.ts";
import type { Passwords } from "./passwords.ts";

/** Each takes 64 MiB and as many processors as there are. */
const AT_ONCE = 2;
const WAITING = 16;
const LONGEST_TURN_MS = 10_000;

/**
 * Hashes and compares passwords, a few at once, so that tries have a bounded share of the machine.
 *
 * What it gives rejects with AppError `LIMIT` where too many wait, `DEADLINE` where it took too long.
 */
export function createPasswordCheck(users: UserStore, passwords: Passwords) {
  const turn = createBoundedTurns("sign-ins", AT_ONCE, WAITING);

  async function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const end = await turn(AbortSignal.timeout(LONGEST_TURN_MS));
    try {
      return await work();
    } finally {
      end();
    }
  }

  async function isPasswordOf(user: UserRow | undefined, password: string): Promise<boolean> {
    const { right, renew } = await inTurn(() => passwords.verify(password, user?.passwordHash ?? null));
    if (!right || !user) return false;
    const renewed = renew ? await inTurn(() => passwords.hash(password)) : null;
    const now = users.get(user.name);
    // Changed meanwhile, or hashed anew by another sign-in: what counts is what is stored now.
    if (now?.passwordHash !== user.passwordHash) return isPasswordOf(now, password);
    if (renewed !== null) users.setPassword(user.name, user.name, renewed);
    return true;
  }

  return {
    hash: (password: string) => inTurn(() => passwords.hash(password)),
    /**
     * Whether it is the user's; takes as long where there is none. A right one that is stored in a form or
     * at a cost of before is hashed anew.
     */
    isPasswordOf,
  };
}
