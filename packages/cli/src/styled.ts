import { styleText } from "node:util";

/** Styles text for a stream: only on a terminal, and not where `NO_COLOR` says otherwise. */
export function styled(stream: NodeJS.WritableStream) {
  return (format: "bold" | "cyan" | "dim" | "green" | "red" | "yellow", text: string): string =>
    styleText(format, text, { validateStream: true, stream });
}
