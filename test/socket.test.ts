import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { blocksUnder } from "./documents/blocks.ts";
import { createReader } from "./documents/reader.ts";
import { OPERATOR } from "./rookery/rookery.ts";

const PROGRAM = join(import.meta.dirname, "../packages/cli/bin/rookery.mjs");

let folder: string;
let socket: string;
let host: ChildProcess;
let link: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rookery-socket-"));
  socket = join(folder, "page.sock");
  await start();
});
afterAll(async () => {
  host.kill();
  await once(host, "exit");
  await rm(folder, { recursive: true, force: true });
});

const env = () => ({
  PATH: process.env.PATH,
  HOME: folder,
  ROOKERY_SOCKET: socket,
  ROOKERY_LOG_LEVEL: "warn",
});

/** Until it has said where it is. */
async function start(): Promise<void> {
  host = spawn(process.execPath, [PROGRAM, "serve"], {
    cwd: folder,
    env: env(),
    stdio: ["ignore", "pipe", 2],
  });
  let said = "";
  link = await new Promise((resolve, reject) => {
    host.stdout?.on("data", (chunk) => {
      said += String(chunk);
      const found = /Open (\S+)\n/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    host.once("exit", () => reject(new Error(`It ended, and had said: ${said}`)));
  });
  const tunnel = `ssh -L 29316:${socket} <this machine>`;
  expect(said).toContain(`Rookery listens at ${socket}. Reach it through "${tunnel}".`);
}

function send(method: string, path: string, body: object, headers = {}) {
  return new Promise<{ status: number; cookie: string }>((resolve, reject) => {
    const asked = request(
      {
        ...{ socketPath: socket, method, path: `/api/v1${path}` },
        headers: { host: "127.0.0.1:29316", "content-type": "application/json", ...headers },
      },
      (answer) => {
        answer.resume();
        const cookie = answer.headers["set-cookie"]?.[0]?.split(";")[0] ?? "";
        answer.once("end", () => resolve({ status: answer.statusCode ?? 0, cookie }));
      },
    );
    asked.once("error", reject);
    asked.end(JSON.stringify(body));
  });
}

async function rookery(args: string[], input = ""): Promise<string> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { cwd: folder, env: env() });
  child.stdin.end(input);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return out + err;
}

it("is managed through a Unix socket alone, also after a host that was killed left its own", async () => {
  host.kill("SIGKILL");
  await once(host, "exit");
  await start();

  const token = new URL(link).hash.slice("#token=".length);
  const { cookie } = await send("POST", "/session/one-time", { token });
  expect((await send("PUT", "/session/password", OPERATOR, { cookie })).status).toBe(200);

  const reader = await createReader(folder, [
    [/(?<=^rookery login \S+)$/g, ` --user ${OPERATOR.name}`],
    ["/run/rookery/page.sock", socket],
  ]);
  const [logIn, health] = blocksUnder("docs/operating.md", "### A Unix socket");
  expect(await reader.follow(logIn, `${OPERATOR.password}\n`)).toContain(
    `You are logged in at unix:${socket} as admin`,
  );
  expect(JSON.parse(await reader.follow(health))).toMatchObject({ status: "ok" });
  expect(await rookery(["ps"])).toBe("There are no instances yet.\n");
  expect(await rookery(["doctor"])).toContain(`It is ready at unix:${socket}`);
});
