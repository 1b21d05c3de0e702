import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";

/** Asks the person at the terminal; what is typed is shown. */
export async function ask(question: string): Promise<string> {
  return await withTerminal(process.stderr, (terminal) => terminal.question(question));
}

/**
 * Asks for a secret: at a terminal what is typed is not shown; else it is the standard input's first line, so that
 * a script can hand it over without an argument that everybody on the machine can read.
 */
export async function askSecret(question: string): Promise<string> {
  if (!process.stdin.isTTY) return (await text(process.stdin)).split(/\r?\n/)[0] ?? "";
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  process.stderr.write(question);
  const answer = await withTerminal(nowhere, (terminal) => terminal.question(""));
  process.stderr.write("\n");
  return answer;
}

async function withTerminal<T>(
  output: NodeJS.WritableStream,
  use: (terminal: ReturnType<typeof createInterface>) => Promise<T>,
): Promise<T> {
  const terminal = createInterface({ input: process.stdin, output, terminal: true });
  try {
    // Ctrl-C ends the command, as everywhere.
    terminal.once("SIGINT", () => process.kill(process.pid, "SIGINT"));
    return await use(terminal);
  } finally {
    terminal.close();
  }
}
