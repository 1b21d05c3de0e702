import { parseArgs } from "node:util";
import type { LogLine } from "@rookery/host/api";
import { type Output, type RunCommand, UsageError } from "../command.ts";
import { printable } from "../printable.ts";
import { chosenHost, HOST_OPTION } from "../remote/chosen-host.ts";
import { followLog } from "../remote/follow-log.ts";

const LEVELS: readonly string[] = ["debug", "info", "warn", "error"];

/** `rookery logs <instance> [-f]`: the last 500 lines since the host started, the newest last. */
export const logs: RunCommand = async (args, output) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...HOST_OPTION,
      follow: { type: "boolean", short: "f", default: false },
      level: { type: "string", default: "debug" },
      json: { type: "boolean", default: false },
    },
  });
  const [id, ...more] = positionals;
  if (id === undefined || more.length > 0) throw new UsageError("Say whose log: one instance.");
  const least = LEVELS.indexOf(values.level);
  if (least < 0) throw new UsageError(`"${values.level}" is no level: it is one of ${LEVELS.join(", ")}.`);
  const host = await chosenHost(values.host, process.env);
  const wanted = ({ level }: LogLine) => LEVELS.indexOf(level) >= least;
  if (values.follow) {
    const onLost = (reason: string) => void output.err.write(`${printable(reason)} It is tried again.\n`);
    for await (const line of followLog(host, id, onLost)) if (wanted(line)) write(line, values.json, output);
    return;
  }
  const lines = await host.get<LogLine[]>(`/instances/${encodeURIComponent(id)}/logs?limit=500`);
  for (const line of lines.filter(wanted)) write(line, values.json, output);
};

function write(line: LogLine, asJson: boolean, { out }: Output): void {
  const { at, level, message, stack } = line;
  const text = `${at.slice(11, 23)} ${level.padEnd(5)} ${[message, stack].filter(Boolean).join("\n")}`;
  out.write(asJson ? `${JSON.stringify(line)}\n` : `${printable(text)}\n`);
}
