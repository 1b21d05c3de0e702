import { checkTypes } from "../plugin/type-check.ts";
import type { Terminal } from "./terminal.ts";

const SHOWN = 10;

/** Checks a plugin's types beside everything else, since its code runs without that. */
export interface TypeWatch {
  /** Checks what is there now; a check that goes on is given up. */
  check(): Promise<void>;
  stop(): void;
}

export function createTypeWatch(dir: string, { say, problem }: Terminal): TypeWatch {
  let going = new AbortController();
  let wereWrong = false;
  let saidSkipped = false;

  return {
    async check() {
      going.abort();
      going = new AbortController();
      const { signal } = going;
      try {
        const checked = await checkTypes(dir, { signal, inBackground: true });
        if (signal.aborted) return;
        if ("skipped" in checked) {
          if (!saidSkipped) say(checked.skipped);
          saidSkipped = true;
          return;
        }
        const { errors } = checked;
        const more = errors.length > SHOWN ? [`… and ${errors.length - SHOWN} more`] : [];
        if (errors.length > 0)
          problem(
            [...errors.slice(0, SHOWN), ...more].join("\n"),
            "Of types only: the code runs all the same.",
          );
        else if (wereWrong) say("The types are right again.");
        wereWrong = errors.length > 0;
      } catch (error) {
        if (!signal.aborted) problem(error instanceof Error ? error.message : String(error));
      }
    },
    stop: () => going.abort(),
  };
}
