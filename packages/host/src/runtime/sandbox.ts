import { findProgram } from "../config/find-program.ts";
import { reasonOf } from "../errors.ts";
import { type Bubblewrap, openBubblewrap } from "./bubblewrap.ts";

/** What the operator wants of the sandbox: used where it works, never, or nothing runs without. */
export type SandboxMode = "auto" | "off" | "required";

/** What there is to keep programs apart from the machine. */
export interface Sandbox {
  /** `null` where programs run without. */
  bubblewrap: Bubblewrap | null;
  /** Where prlimit is, which limits what they use. */
  prlimit: string | null;
  /** Why there is no bubblewrap, as a sentence; `null` where there is, or the operator wants none. */
  missing: string | null;
}

/**
 * Looks what the machine has.
 *
 * @param options.path the folders to look in, as in `PATH`
 * @param options.dataDir hidden from programs, wherever it lies
 */
export async function findSandbox(options: {
  mode: SandboxMode;
  path: string;
  dataDir: string;
}): Promise<Sandbox> {
  const { mode, path, dataDir } = options;
  const prlimit = findProgram("prlimit", path);
  if (mode === "off") return { bubblewrap: null, prlimit, missing: null };
  const bwrap = findProgram("bwrap", path);
  if (bwrap === null) return { bubblewrap: null, prlimit, missing: "bubblewrap is not installed." };
  try {
    return { bubblewrap: await openBubblewrap(bwrap, dataDir), prlimit, missing: null };
  } catch (error) {
    const missing = `bubblewrap does not work on this machine: ${reasonOf(error)}`;
    return { bubblewrap: null, prlimit, missing };
  }
}

/** What was found, as a line for the log. */
export function describeSandbox({ bubblewrap, prlimit, missing }: Sandbox): string {
  const limits = prlimit === null ? "no limits on memory (prlimit is not installed)" : "limits by prlimit";
  if (bubblewrap) return `Programs run under bubblewrap, with ${limits}.`;
  return `Programs run without a sandbox, with ${limits}.${missing === null ? "" : ` ${missing}`}`;
}
