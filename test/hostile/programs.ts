import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Outside } from "./outside.ts";

/** The configuration of a host with programs that plugins may be granted; none of them can do harm. */
export async function writeConfig(
  root: string,
  { programCalls, programMark }: Pick<Outside, "programCalls" | "programMark">,
): Promise<string> {
  const script = async (name: string, body: string) => {
    const path = join(root, name);
    await writeFile(path, `#!/bin/sh\n${body}\n`);
    await chmod(path, 0o700);
    return path;
  };
  const programs = {
    // Called as yt-dlp may be; it writes down how.
    downloader: {
      path: await script("downloader", `printf '%s|' "$@" >> '${programCalls}'\necho >> '${programCalls}'`),
      always: ["--ignore-config"],
      options: { "-J": false, "-f": true, "--no-playlist": false },
      operands: ["https://"],
    },
    environment: { path: await script("environment", "env; pwd; ls -la") },
    flood: { path: await script("flood", `exec yes ${programMark}`) },
    nursery: { path: await script("nursery", `sleep ${programMark} >/dev/null 2>&1 &\necho started`) },
    sleeper: { path: await script("sleeper", `sleep ${programMark} & sleep ${programMark}`) },
  };
  const file = join(root, "rookery.yaml");
  // JSON is YAML.
  await writeFile(file, JSON.stringify({ programs }));
  return file;
}
