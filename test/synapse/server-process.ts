import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { DATA_INSIDE, enterChroot } from "./chroot.ts";

/** The operating system's process of one Synapse, which can be started and ended again and again. */
export interface ServerProcess {
  /** Resolves when the server answers requests. Rejects, with its log, if it ends or does not answer in a minute. */
  start(): Promise<void>;
  /** Resolves when the server answers requests, whoever starts it. */
  ready(): Promise<void>;
  /** SIGTERM, and SIGKILL after 20 s. Resolves when the process is gone; at once if none runs. */
  stop(): Promise<void>;
  /** SIGKILL, as a crash would. Resolves when the process is gone. */
  kill(): Promise<void>;
}

const START_DEADLINE_MS = 60_000;
const STOP_DEADLINE_MS = 20_000;

/** @param folder its data folder, with the configuration in it */
export function createServerProcess(folder: string, url: string): ServerProcess {
  let child: ChildProcess | undefined;
  let output = "";

  async function start(): Promise<void> {
    if (child || (await answers())) throw new Error(`A server runs at ${url} already`);
    const env = ["env", "-i", "PATH=/usr/bin:/bin", `HOME=${DATA_INSIDE}`, "LC_ALL=C.UTF-8"];
    const server = ["python3", "-m", "synapse.app.homeserver", "-c", `${DATA_INSIDE}/homeserver.yaml`];
    const [program = "", ...args] = [...enterChroot(folder), ...env, "PYTHONDONTWRITEBYTECODE=1", ...server];
    output = "";
    const started = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    child = started;
    const collect = (data: Buffer) => {
      output = (output + data).slice(-8_000);
    };
    started.stdout.on("data", collect);
    started.stderr.on("data", collect);
    started.on("error", collectError);
    started.once("close", () => {
      child = undefined;
    });
    const deadline = Date.now() + START_DEADLINE_MS;
    while (!(await answers())) {
      if (child !== started) throw new Error(`Synapse ended while starting.\n${await evidence()}`);
      if (Date.now() > deadline) {
        await kill();
        throw new Error(`Synapse did not answer within ${START_DEADLINE_MS / 1000} s.\n${await evidence()}`);
      }
      await delay(25);
    }
  }

  function collectError(error: Error): void {
    output += `${error.message}\n`;
  }

  async function answers(): Promise<boolean> {
    try {
      return (await fetch(`${url}/_matrix/client/versions`)).ok;
    } catch {
      return false; // not listening yet
    }
  }

  async function evidence(): Promise<string> {
    const log = await readFile(`${folder}/log`, "utf8").catch(() => "(no log was written)");
    return `Output:\n${output}\nLog:\n${log.split("\n").slice(-40).join("\n")}`;
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (!child) return;
    const closed = once(child, "close");
    child.kill(signal);
    await closed;
  }

  async function stop(): Promise<void> {
    const insist = setTimeout(() => child?.kill("SIGKILL"), STOP_DEADLINE_MS);
    try {
      await end("SIGTERM");
    } finally {
      clearTimeout(insist);
    }
  }

  const kill = () => end("SIGKILL");

  return {
    async ready() {
      while (!(await answers())) await delay(25);
    },
    start,
    stop,
    kill,
  };
}
