import { createPasswords } from "../services/passwords.ts";

/** As real as the host's own, and a thousand times as fast: for tests that sign in often. */
export const LOW_COST = createPasswords({ memory: 8, passes: 1, parallelism: 1 });
