import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

/**
 * The plugin's folder that a command was told, or the current one.
 *
 * @param command for the message where there is no plugin
 */
export function pluginDirectory(told: string | undefined, command: string): string {
  const dir = resolve(told ?? ".");
  if (existsSync(join(dir, "plugin.json"))) return dir;
  throw new Error(
    `There is no plugin.json in ${dir}. Name the plugin's folder: rookery ${command} path/to/plugin. "rookery init" makes a new one.`,
  );
}
