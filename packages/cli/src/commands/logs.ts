import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { LogLine } from "@rookery/host/api";
import { type Output, type RunCommand, UsageError } from "../command.ts";
import { printable } from "../printable.ts";
import { chosenHost, HOST_OPTION } from "../remote/chosen-host.ts";
import { linesAfter } from "../remote/lines-after.ts";

const LEVELS: readonly string[] = ["debug", "info", "warn", "error"];
const LOOK_MS = 1_000;

/** `rookery logs <instance> [-f]`: what it logged since the host started, the newest last. */
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
  const path = `/instances/${encodeURIComponent(id)}/logs`;
  let seen: LogLine[] = [];
  do {
    const lines = await host.get<LogLine[]>(path);
    const fresh = linesAfter(seen, lines).filter(({ level }) => LEVELS.indexOf(level) >= least);
    for (const line of fresh) write(line, values.json, output);
    seen = lines;
    if (values.follow) await delay(LOOK_MS);
  } while (values.follow);
};

function write(line: LogLine, asJson: boolean, { out }: Output): void {
  const { at, level, message, stack } = line;
  const text = `${at.slice(11, 23)} ${level.padEnd(5)} ${[message, stack].filter(Boolean).join("\n")}`;
  out.write(asJson ? `${JSON.stringify(line)}\n` : `${printable(text)}\n`);
}
