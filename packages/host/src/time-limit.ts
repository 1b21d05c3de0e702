import { createContext, Script } from "node:vm";

const script = new Script("work()", { filename: "time-limit" });
const scope: { work?: () => unknown } = {};
let context: object | undefined;

/** Work that got less than this part of its time to compute did not take long: the machine did. */
const ITS_OWN = 0.5;
/** So often is it begun anew then. */
const TRIES = 40;

/**
 * Does work that a stranger's data may make endless (patterns, schemas that refer to themselves) in
 * this thread, and breaks it off after so many milliseconds. What was broken off since the machine did not let it
 * compute is begun anew. Only for work that may be left half done, and done twice.
 *
 * @throws whatever the work throws, and where it took too long an error with the code `ERR_SCRIPT_EXECUTION_TIMEOUT`
 */
export function withinTime<T>(ms: number, work: () => T): T {
  context ??= createContext(scope);
  const before = process.threadCpuUsage();
  for (let left = TRIES; ; left--) {
    scope.work = work;
    try {
      return script.runInContext(context, { timeout: ms }) as T;
    } catch (error) {
      const { user, system } = process.threadCpuUsage(before);
      const isItsOwn = (user + system) / 1_000 >= ITS_OWN * ms;
      if (!isTimeout(error) || isItsOwn || left === 1) throw error;
    } finally {
      delete scope.work;
    }
  }
}

const isTimeout = (error: unknown) =>
  (error as { code?: unknown } | undefined)?.code === "ERR_SCRIPT_EXECUTION_TIMEOUT";
