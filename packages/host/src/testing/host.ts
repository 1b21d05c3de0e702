import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DevHomeserver } from "@rookery/dev-homeserver";
import { request } from "undici";
import { onTestFinished } from "vitest";
import { findAssets } from "../assets.ts";
import type { Config } from "../config/config.ts";
import { loadConfiguration } from "../config/load.ts";
import { createLog, type Log } from "../log.ts";
import { type Development, type Host, startHost } from "../main.ts";
import { LOW_COST } from "./low-cost.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look deep into bodies; a wrong path fails the expectation
  body: any;
}

export interface Call {
  body?: unknown;
  headers?: Record<string, string>;
  /** Sent as it is, under its content type. */
  bytes?: Buffer;
  type?: string;
}

export interface TestHost {
  host: Host;
  dataDir: string;
  /** A request below `/api/v1`, with the session that `signIn` got. */
  call(method: string, path: string, more?: Call): Promise<Answer>;
  /** A request to any path, without a session. */
  send(method: string, path: string, more?: Call): Promise<Answer>;
  /** Opens the printed link. */
  signIn(): Promise<Answer>;
  /** The texts of all answers so far. */
  answers: string[];
  close(): Promise<void>;
}

/** A started host with a data directory of its own; it stops with the test. */
export async function startTestHost(
  options: {
    dataDir?: string;
    port?: number;
    allowedHosts?: string[];
    /** Settings that differ from the defaults. */
    settings?: Partial<Config>;
    playground?: { homeserver: DevHomeserver; bundles?: string[] };
    development?: Development;
    log?: Log;
    /** A `rookery.yaml`, which `host.reload` reads anew. */
    configFile?: string;
  } = {},
): Promise<TestHost> {
  const {
    dataDir = join(temporaryDirectory(), "data"),
    port = 0,
    allowedHosts = [],
    settings = {},
    playground,
    development,
    log = createLog("silent"),
    configFile,
  } = options;
  const env = { ROOKERY_DATA_DIR: dataDir, ROOKERY_PORT: String(port) };
  const reread = () => loadConfiguration({ file: configFile, env, cwd: "/" });
  const { config, origin, lineOf } = reread();
  const host = await startHost({
    config: { ...config, allowedHosts, ...settings },
    ...(configFile === undefined ? {} : { origin, lineOf, reread }),
    assets: { ...findAssets(), webUi: builtPage() },
    log,
    passwords: LOW_COST,
    ...(development ? { development } : {}),
    ...(playground
      ? {
          playground: {
            ...{ homeserverUrl: playground.homeserver.url, serverName: playground.homeserver.serverName },
            bundles: playground.bundles ?? [helloBundle()],
          },
        }
      : {}),
  });
  let closed: Promise<void> | undefined;
  const close = () => {
    closed ??= host.close();
    return closed;
  };
  onTestFinished(close);
  const answers: string[] = [];
  let cookie = "";

  async function send(method: string, path: string, more: Call = {}): Promise<Answer> {
    const { body, bytes, type = "application/json", headers = {} } = more;
    const content = bytes ?? (body === undefined ? null : JSON.stringify(body));
    const answer = await request(host.url + path, {
      method: method as "GET",
      headers: { ...(content === null ? {} : { "content-type": type }), ...headers },
      body: content,
    });
    const isStream = answer.headers["content-type"] === "text/event-stream";
    const text = isStream ? await beginningOf(answer.body) : await answer.body.text();
    answers.push(text);
    const isJson = /json/.test(String(answer.headers["content-type"]));
    return {
      status: answer.statusCode,
      headers: answer.headers,
      text,
      body: isJson && text !== "" ? JSON.parse(text) : null,
    };
  }

  return {
    ...{ host, dataDir, send, answers, close },
    call: (method, path, more = {}) =>
      send(method, `/api/v1${path}`, { ...more, headers: { cookie, ...more.headers } }),
    async signIn() {
      const token = new URL(host.signInLink ?? "").hash.slice("#token=".length);
      const answer = await send("POST", "/api/v1/session/one-time", { body: { token } });
      cookie = String(answer.headers["set-cookie"]).split(";")[0] ?? "";
      return answer;
    },
  };
}

/** Of a stream without an end, what comes at once; it is closed then. */
async function beginningOf(body: AsyncIterable<Buffer>): Promise<string> {
  for await (const chunk of body) return chunk.toString();
  return "";
}

/** The bundle of plugins/hello. */
export function helloBundle(): string {
  return join(findAssets().bundles, "hello.mbp");
}

/** A page as building it leaves it. */
function builtPage(): string {
  const folder = join(temporaryDirectory(), "assets", "page");
  mkdirSync(join(folder, "assets"), { recursive: true });
  writeFileSync(join(folder, "index.html"), "<!doctype html><title>Rookery</title>");
  writeFileSync(join(folder, "assets", "index-abc123.js"), "export {};");
  return folder;
}
