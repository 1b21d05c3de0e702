import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { eventually } from "../../packages/host/src/testing/eventually.ts";
import { type Availability, onPath } from "../available.ts";

const SCRIPT = join(import.meta.dirname, "systemd.sh");
const ROOT = join(import.meta.dirname, "../..");
/** The first with `%d` for the folder of credentials. */
const OLDEST = 250;

/** Whether there is a systemd here to check units with. */
export function findSystemdAnalyze(): Availability {
  if (!onPath("systemd-analyze")) return { available: false, reason: "no systemd-analyze on the PATH" };
  const version = Number(
    /\d+/.exec(execFileSync("systemd-analyze", ["--version"], { encoding: "utf8" }))?.[0],
  );
  const reason = `systemd is ${version}, older than ${OLDEST}`;
  return version < OLDEST ? { available: false, reason } : { available: true };
}

/** Whether a systemd of its own can run here: that takes root, and a machine that allows namespaces and cgroups. */
export function findSystemd(): Availability {
  const found = findSystemdAnalyze();
  if (!found.available) return found;
  try {
    execFileSync(SCRIPT, ["probe"], { stdio: ["ignore", "ignore", "pipe"] });
    return { available: true };
  } catch (error) {
    const said = String((error as { stderr?: Buffer }).stderr ?? error).trim();
    return { available: false, reason: `no systemd of its own can run here: ${said.split("\n").at(-1)}` };
  }
}

/** A systemd of a test's own. */
export interface Systemd {
  /** `systemctl …`, where that systemd is. */
  systemctl(...args: string[]): Promise<string>;
  /** A command where that systemd is, as root. */
  run(...command: string[]): Promise<string>;
  /** A property of the unit, as `systemctl show` has it. */
  property(name: string): Promise<string>;
  /** Writes a file where that systemd is. */
  write(path: string, text: string): Promise<void>;
  /** What the unit has said so far. */
  output(): string;
  end(): Promise<void>;
}

/**
 * Starts a systemd with Rookery's unit as it is, and what is beside it on a machine.
 *
 * @param files under `/etc/rookery`
 * @param dropIn what a `.d/*.conf` adds to the unit
 * @param program what is at `/opt/rookery`; where it is empty, the unit is yet to be put in its place, too
 */
export async function bootSystemd(
  files: Record<string, string>,
  dropIn: string,
  program = ROOT,
): Promise<Systemd> {
  const folder = mkdtempSync(join(tmpdir(), "rookery-systemd-"));
  const log = join(folder, "output");
  writeFileSync(log, "");
  const units: Record<string, string> = {
    ...(program === ROOT
      ? { "rookery.service": readFileSync(join(ROOT, "deploy/rookery.service"), "utf8") }
      : {}),
    // All that a machine's own start does before is left out.
    "rookery.service.d/test.conf": `[Unit]\nDefaultDependencies=no\n[Service]\nStandardOutput=append:${log}\nStandardError=append:${log}\n${dropIn}`,
    "network-online.target": "[Unit]\nDefaultDependencies=no\n",
    "test.target": "[Unit]\nDefaultDependencies=no\n",
  };
  for (const [name, text] of Object.entries(units)) {
    await mkdir(dirname(join(folder, "units", name)), { recursive: true });
    await writeFile(join(folder, "units", name), text);
  }

  const child = spawn(SCRIPT, ["boot", join(folder, "units"), program], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const pid = once(child.stdout, "data").then(([line]) => String(line).trim());
  let said = "";
  child.stderr.on("data", (chunk) => (said += String(chunk)));
  const run = async (...command: string[]) => {
    const args = ["-t", await pid, "--mount", "--pid", "--uts", "--ipc", "--cgroup", "--", ...command];
    return (await promisify(execFile)("nsenter", args)).stdout.trim();
  };
  const systemctl = (...args: string[]) => run("systemctl", ...args);

  async function end(): Promise<void> {
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;
    rmSync(folder, { recursive: true, force: true });
  }

  try {
    await eventually("a systemd", () => {
      if (child.exitCode !== null) throw new Error(`systemd ended:\n${said}`);
      return systemctl("is-active", "test.target").catch(() => null);
    });
    for (const [name, text] of Object.entries(files)) {
      await writeWithin(run, `/etc/rookery/${name}`, text);
    }
  } catch (error) {
    await end();
    throw error;
  }
  return {
    ...{ systemctl, run, end },
    write: (path, text) => writeWithin(run, path, text),
    property: (name) => systemctl("show", "--value", "-p", name, "rookery"),
    output: () => readFileSync(log, "utf8"),
  };
}

async function writeWithin(run: Systemd["run"], path: string, text: string): Promise<void> {
  const base64 = Buffer.from(text).toString("base64");
  await run("sh", "-c", `mkdir -p ${dirname(path)} && echo ${base64} | base64 -d > ${path}`);
}
