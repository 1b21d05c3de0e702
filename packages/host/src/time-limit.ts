import { createContext, Script } from "node:vm";

const script = new Script("work()", { filename: "time-limit" });
const scope: { work?: () => unknown } = {};
let context: object | undefined;

/**
 * Does work that a stranger's data may make endless (patterns, schemas that refer to themselves) in
 * this thread, and breaks it off after so many milliseconds. Only for work that may be left half done.
 *
 * @throws whatever the work throws, and where it took too long an error with the code `ERR_SCRIPT_EXECUTION_TIMEOUT`
 */
export function withinTime<T>(ms: number, work: () => T): T {
  context ??= createContext(scope);
  scope.work = work;
  try {
    return script.runInContext(context, { timeout: ms }) as T;
  } finally {
    delete scope.work;
  }
}
