import { copyFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { APT_OPTIONS, system } from "./apt.mjs";

/** Takes promtool out of Debian's package: installed, that one would start a Prometheus of its own. */
export async function installPromtool() {
  const folder = mkdtempSync(join(tmpdir(), "rookery-promtool-"));
  try {
    await system("sh", "-c", 'cd "$0" && apt-get "$@"', folder, ...APT_OPTIONS, "download", "prometheus");
    const [archive] = readdirSync(folder);
    await system("dpkg-deb", "-x", join(folder, archive), join(folder, "package"));
    copyFileSync(join(folder, "package/usr/bin/promtool"), "/usr/local/bin/promtool");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
