import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type RunCommand, UsageError } from "../command.ts";
import { runDev } from "../dev/run.ts";
import { linkRookery } from "../plugin/links.ts";
import { pluginDirectory } from "../plugin/plugin-directory.ts";

/** `rookery dev [dir]`: runs a plugin in a playground, and again with every save, until it is told to stop. */
export const dev: RunCommand = async (args, { out }) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      settings: { type: "string" },
      "data-dir": { type: "string" },
      port: { type: "string", default: "0" },
    },
  });
  if (positionals.length > 1) throw new UsageError("One plugin runs at a time; name one folder.");
  if (!/^\d{1,5}$/.test(values.port) || Number(values.port) > 65_535) {
    throw new UsageError(`"${values.port}" is no port: that is a number up to 65535.`);
  }
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve());
  });
  const dir = pluginDirectory(positionals[0], "dev");
  const settings = values.settings === undefined ? {} : await readSettings(values.settings);
  await linkRookery(dir);
  const dataDir = resolve(values["data-dir"] ?? join(dir, ".rookery"));
  await runDev({ dir, dataDir, port: Number(values.port), settings }, out, stopped);
};

async function readSettings(file: string): Promise<Record<string, unknown>> {
  let settings: unknown;
  try {
    settings = JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    throw new Error(`The settings in ${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
  if (typeof settings === "object" && settings !== null && !Array.isArray(settings)) {
    return settings as Record<string, unknown>;
  }
  throw new Error(`The settings in ${file} must be an object: {"greeting": "Ahoj"}.`);
}
