import { printable } from "../printable.ts";
import { styled } from "../styled.ts";

export type Level = "debug" | "info" | "warn" | "error";

/** What an author reads while a plugin runs. */
export interface Terminal {
  /** What is well, and what is to know. */
  say(text: string): void;
  /** What the author is to mend; further lines are what to know of it. */
  problem(text: string, hint?: string): void;
  /** A line of the bot's log. */
  log(level: Level, text: string, stack?: string): void;
}

const COLORS = { debug: "dim", info: "cyan", warn: "yellow", error: "red" } as const;

export function createTerminal(out: NodeJS.WritableStream, now: () => Date = () => new Date()): Terminal {
  const style = styled(out);
  const print = (mark: string, text: string) => {
    const time = now().toTimeString().slice(0, 8);
    out.write(`${style("dim", time)} ${mark} ${text}\n`);
  };
  return {
    say: (text) => print(style("green", "ok   "), printable(text)),
    problem(text, hint) {
      print(style("red", "wrong"), printable(text));
      if (hint !== undefined) out.write(`               ${style("dim", hint)}\n`);
    },
    log(level, text, stack) {
      const frames = (stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
      const below = frames.map((line) => `\n${style("dim", printable(line))}`).join("");
      print(style(COLORS[level], level.padEnd(5)), printable(text) + below);
    },
  };
}
