import type { ProgramConfig } from "../config/config.ts";
import { AppError } from "../errors.ts";

/**
 * A program's options can be as powerful as a shell (`yt-dlp --exec`), so the operator's policy
 * lists those that a plugin may use; what follows `--` must begin as the policy says.
 *
 * @param files names of the files of the run, in its own directory: handed to it, or collected after
 * @throws AppError `PERMISSION_DENIED`
 */
export function checkArguments(
  name: string,
  args: string[],
  { options, operands, files: takesFiles = false }: ProgramConfig,
  files: readonly string[] = [],
): void {
  const refuse = (arg: string) => {
    const text = `The program "${name}" may not be run with "${arg.slice(0, 100)}"; the operator's configuration does not allow it.`;
    return new AppError("PERMISSION_DENIED", text);
  };
  let index = 0;
  for (; index < args.length && args[index] !== "--"; index++) {
    const arg = args[index] ?? "";
    const takesValue = Object.hasOwn(options, arg) ? options[arg] : undefined;
    if (takesValue === undefined && takesFiles && files.includes(arg)) continue;
    if (takesValue === undefined) throw refuse(arg);
    if (takesValue && ++index >= args.length) throw refuse(arg);
    if (takesValue && (args[index] ?? "").startsWith("-")) throw refuse(args[index] ?? "");
    if (takesValue === "file" && !files.includes(args[index] ?? "")) throw refuse(args[index] ?? "");
  }
  for (const operand of args.slice(index + 1)) {
    if (!operands.some((start) => operand.startsWith(start))) throw refuse(operand);
  }
}
