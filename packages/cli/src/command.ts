/** Where a command writes. */
export interface Output {
  out: NodeJS.WritableStream;
  err: NodeJS.WritableStream;
}

/**
 * Runs a command. What it throws is shown as its message, and the exit code is then 1, or 2 for a
 * {@link UsageError}; else it is 0.
 *
 * @param args what was typed after the command's name, without the global options
 */
export type RunCommand = (args: string[], output: Output) => Promise<void>;

/** A command as the table lists it. Its file is only loaded to run it. */
export interface Command {
  name: string;
  summary: string;
  /** What follows the name, such as `<bundle> [--json]`. */
  usage: string;
  /** Its own options: how each is typed, and what it does. */
  options: [typed: string, description: string][];
  load: () => Promise<RunCommand>;
}

/** The command ends with this code, and has said why. */
export class ExitCode extends Error {
  override readonly name = "ExitCode";
  readonly code: number;

  constructor(code: number) {
    super(`The exit code is ${code}.`);
    this.code = code;
  }
}

/** The command line was not understood. Its message says why; the usage is shown below it. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
