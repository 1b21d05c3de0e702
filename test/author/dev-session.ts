import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Playground } from "@rookery/host/api";
import { everyProcess, familyOf } from "../hostile/processes.ts";
import { createPerson, type Person } from "../matrix/person.ts";

/** A running `rookery dev`. */
export interface DevProcess extends AsyncDisposable {
  /** The link that it printed. */
  readonly link: string;
  /** All that it printed. */
  output(): string;
  /** Waits for what is printed from now on, or from `since` characters on. */
  printed(pattern: RegExp, since?: number): Promise<RegExpExecArray>;
  /** Ctrl-C. Resolves to the exit code, and those of its processes that are still there. */
  interrupt(): Promise<{ code: number | null; left: number[] }>;
}

/** Somebody who opened its link, and is in the playground's room. */
export interface DevSession extends DevProcess {
  readonly roomId: string;
  readonly you: Person;
  /** A request to its API. */
  api<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** Says something in the room; resolves to the bot's reply. */
  ask(text: string): Promise<string>;
}

/** Starts it as a person would, and waits for its link. */
export async function launchDev(program: string, dir: string, args: string[] = []): Promise<DevProcess> {
  const child = spawn(process.execPath, [program, "dev", ...args], {
    cwd: dir,
    env: { PATH: process.env.PATH, HOME: dir, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const exit = once(child, "close") as Promise<[number | null]>;
  let output = "";
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += String(chunk);
      for (const listener of listeners) listener();
    });
  }

  function printed(pattern: RegExp, since = output.length): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = pattern.exec(output.slice(since));
        if (!found) return;
        listeners.delete(look);
        resolve(found);
      };
      listeners.add(look);
      void exit.then(([code]) => reject(new Error(`rookery dev ended with ${code}:\n${output}`)));
      look();
    });
  }

  async function interrupt() {
    if (child.pid === undefined) throw new Error("rookery dev was not started.");
    const family = familyOf(child.pid);
    // As a terminal does: all that belong to the command get it.
    process.kill(-child.pid, "SIGINT");
    const [code] = await exit;
    const alive = new Set(everyProcess().map(({ pid }) => pid));
    return { code, left: family.filter((pid) => alive.has(pid)) };
  }

  const dispose = async () => {
    if (child.exitCode === null && child.signalCode === null) await interrupt();
  };
  try {
    const [link] = await printed(/http:\/\/127\.0\.0\.1:\d+\/welcome#token=\S+/, 0);
    return { link, printed, interrupt, output: () => output, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** Starts it, and opens its link without a browser. */
export async function startDev(program: string, dir: string, args: string[] = []): Promise<DevSession> {
  const dev = await launchDev(program, dir, args);
  const { origin, hash } = new URL(dev.link);
  let cookie = "";

  async function request(method: string, path: string, body?: unknown): Promise<Response> {
    const answer = await fetch(`${origin}/api/v1${path}`, {
      method,
      headers: { cookie, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }
  async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
    return (await (await request(method, path, body)).json()) as T;
  }

  try {
    const token = new URLSearchParams(hash.slice(1)).get("token");
    const signedIn = await request("POST", "/session/one-time", { token });
    cookie = signedIn.headers.get("set-cookie")?.split(";")[0] ?? "";
    const { basePath, roomId, ...login } = await api<NonNullable<Playground>>("GET", "/playground");
    const you = await createPerson(origin + basePath, login, { cookie });
    return {
      ...{ ...dev, roomId, you, api },
      async ask(text) {
        const id = await you.say(roomId, text);
        const isReply = ({ content }: { content: Record<string, unknown> }) => {
          const relation = content["m.relates_to"] as { "m.in_reply_to"?: { event_id?: string } } | undefined;
          return relation?.["m.in_reply_to"]?.event_id === id;
        };
        const events = await you.until(roomId, (seen) => seen.some(isReply));
        return events.find(isReply)?.content.body;
      },
    };
  } catch (error) {
    await dev[Symbol.asyncDispose]();
    throw error;
  }
}
