import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Account, Instance, NewAccount, NewInstance, Plugin } from "@rookery/host/api";
import type { Permissions } from "@rookery/plugin-sdk/manifest";

const PROGRAM = join(import.meta.dirname, "../../packages/cli/bin/rookery.mjs");

/** A real host in a process of its own, managed through its API as a script would. */
export interface Rookery {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly dataDir: string;
  readonly pid: number;
  /** The session's, for requests made elsewhere. */
  readonly cookie: string;
  /** The printed one-time link of the last start, if there was one. */
  readonly signInLink: string | null;
  /** The host's log so far. */
  log(): string;
  api<T>(method: string, path: string, body?: unknown): Promise<T>;
  /** Resolves to the answer whatever its status. */
  request(method: string, path: string, body?: unknown): Promise<Response>;
  addAccount(account: NewAccount): Promise<Account>;
  /** Uploads a bundle and grants all that it asks for. */
  addPlugin(bundle: Buffer, granted?: Permissions): Promise<Plugin>;
  addInstance(instance: NewInstance): Promise<Instance>;
  instance(id: string): Promise<Instance>;
  /** Waits until the instance is as wanted. */
  until(id: string, wanted: (instance: Instance) => boolean): Promise<Instance>;
  /** `kill -9` */
  kill(): Promise<void>;
  stop(): Promise<void>;
  /** Starts it again on its data, at the same address. */
  start(): Promise<void>;
  dispose(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface RookeryOptions {
  args?: string[];
  env?: Record<string, string>;
  /** `false` leaves the printed link to somebody else, and the API to who is signed in. */
  signIn?: boolean;
}

/** The one user of a host that signed itself in. */
export const OPERATOR = { name: "admin", password: "correct horse battery" };

/** Starts a host on a data directory of its own and any free port, signed in. */
export async function startRookery(options: RookeryOptions = {}): Promise<Rookery> {
  const { args = [], env = {} } = options;
  const folder = await mkdtemp(join(tmpdir(), "rookery-host-"));
  const dataDir = join(folder, "data");
  let child: ChildProcess | undefined;
  let url = "";
  let signInLink: string | null = null;
  let cookie = "";
  let output = "";

  async function start(): Promise<void> {
    const started = spawn(process.execPath, [PROGRAM, "serve", ...args], {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        ROOKERY_DATA_DIR: dataDir,
        ROOKERY_PORT: url === "" ? "0" : new URL(url).port,
        ROOKERY_LOG_LEVEL: "warn",
        ...env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child = started;
    output = "";
    started.stderr.on("data", (chunk) => (output += String(chunk)));
    const line = await new Promise<string>((resolve, reject) => {
      started.stdout.on("data", (chunk) => {
        output += String(chunk);
        const found = /^Rookery is .*$/m.exec(output);
        if (found) resolve(found[0]);
      });
      started.once("exit", (code) => reject(new Error(`Rookery ended with ${code}:\n${output}`)));
    });
    const address = /http:\S+/.exec(line)?.[0] ?? "";
    url = new URL(address).origin;
    const token = /#token=(.+)$/.exec(address)?.[1];
    signInLink = token === undefined ? null : address;
    // A session outlives the host's process; a first start has none yet.
    if (token !== undefined && cookie === "" && options.signIn !== false) await signIn(token);
  }

  async function signIn(token: string): Promise<void> {
    const answer = await request("POST", "/session/one-time", { token });
    cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
    await api("PUT", "/session/password", OPERATOR);
  }

  function request(method: string, path: string, body?: unknown): Promise<Response> {
    const bytes = Buffer.isBuffer(body);
    const type = bytes ? "application/octet-stream" : "application/json";
    return fetch(`${url}/api/v1${path}`, {
      method,
      headers: { cookie, ...(body === undefined ? {} : { "content-type": type }) },
      ...(body === undefined ? {} : { body: bytes ? new Uint8Array(body) : JSON.stringify(body) }),
    });
  }

  async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await request(method, path, body);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, "exit");
    child.kill(signal);
    await exit;
  }

  async function dispose(): Promise<void> {
    await end("SIGTERM");
    await rm(folder, { recursive: true, force: true });
  }

  const rookery: Rookery = {
    get url() {
      return url;
    },
    dataDir,
    get pid() {
      return child?.pid ?? 0;
    },
    get cookie() {
      return cookie;
    },
    get signInLink() {
      return signInLink;
    },
    log: () => output,
    api,
    request,
    addAccount: (account) => api("POST", "/accounts", account),
    async addPlugin(bundle, granted) {
      const plugin = await api<Plugin>("POST", "/plugins", bundle);
      return await api("PUT", `/plugins/${plugin.id}/grants`, granted ?? plugin.requested);
    },
    addInstance: (instance) => api("POST", "/instances", instance),
    instance: (id) => api("GET", `/instances/${id}`),
    async until(id, wanted) {
      const begin = performance.now();
      for (;;) {
        const instance = await rookery.instance(id);
        if (wanted(instance)) return instance;
        // What takes long is looked for more rarely: the looks themselves would hold it up.
        const pause = Math.min(20 + (performance.now() - begin) / 20, 200);
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    },
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
    start,
    dispose,
    [Symbol.asyncDispose]: dispose,
  };

  try {
    await start();
  } catch (error) {
    await dispose();
    throw error;
  }
  return rookery;
}
