import type { Command } from "./command.ts";
import { styled } from "./styled.ts";

const GLOBAL: [string, string][] = [
  ["--help", "show this, or a command's own help"],
  ["--version", "show the version"],
  ["--debug", "show the stack of an error"],
];

/** What `rookery --help` shows. */
export function overview(commands: readonly Command[], stream: NodeJS.WritableStream): string {
  const style = styled(stream);
  return [
    `${style("bold", "Rookery")} – a home for Matrix bots`,
    "",
    "Usage: rookery <command> [options]",
    "",
    ...table(
      commands.map(({ name, summary }) => [name, summary]),
      style,
    ),
    "",
    ...table(GLOBAL, style),
    "",
    '"rookery <command> --help" tells more about a command.',
  ].join("\n");
}

/** What `rookery <command> --help` shows. */
export function commandHelp(command: Command, stream: NodeJS.WritableStream): string {
  const style = styled(stream);
  const { name, usage, summary, options } = command;
  return [
    `${summary}.`,
    "",
    `Usage: rookery ${style("bold", name)} ${usage}`,
    "",
    ...table([...options, ...GLOBAL.filter(([typed]) => typed !== "--version")], style),
  ].join("\n");
}

function table(rows: [string, string][], style: ReturnType<typeof styled>): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${style("cyan", left.padEnd(width))}  ${right}`);
}
