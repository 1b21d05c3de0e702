import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWith } from "../describe-with.ts";
import { blocksUnder } from "../documents/blocks.ts";
import { OPERATOR } from "../rookery/rookery.ts";
import { bootSystemd, findSystemd, type Systemd } from "./systemd.ts";

const PORT = 29_419;
const OTHER_PORT = 29_420;
const DOCS = join(import.meta.dirname, "../../docs");

describeWith([findSystemd()], "on a machine with systemd, who does what the documents say", () => {
  let systemd: Systemd;
  beforeAll(async () => {
    systemd = await bootSystemd({}, "", false);
  });
  afterAll(() => systemd?.end());

  /** Types what stands under a heading, with ports of this test's own. */
  async function follow(document: string, heading: string): Promise<string[]> {
    const printed: string[] = [];
    for (const block of blocksUnder(document, heading)) {
      const here = (text: string) =>
        text.replaceAll("29316", String(PORT)).replaceAll("29318", String(OTHER_PORT));
      if (block.kind === "file") await systemd.write(block.path, here(block.content));
      else printed.push(await systemd.run("bash", "-euo", "pipefail", "-c", here(block.line)));
    }
    return printed;
  }

  const post = (path: string, body: object, cookie = "") =>
    fetch(`http://127.0.0.1:${PORT}/api/v1${path}`, {
      method: path.endsWith("password") ? "PUT" : "POST",
      headers: { "content-type": "application/json", cookie },
      body: JSON.stringify(body),
    });
  const tokenIn = (text: string) => /#token=(\S+)/.exec(text)?.[1];

  it("has a host that is ready, and a link for the first admin", async () => {
    const printed = await follow("operating.md", "### Debian, and any other systemd");
    expect(JSON.parse(printed.at(-1) ?? "")).toMatchObject({ status: "ready" });
    const session = await post("/session/one-time", { token: tokenIn(systemd.output()) });
    const cookie = session.headers.get("set-cookie")?.split(";")[0] ?? "";
    expect((await post("/session/password", OPERATOR, cookie)).status).toBe(200);
  });

  it("gets in again when nobody can sign in", async () => {
    const printed = (await follow("troubleshooting.md", "## Nobody can sign in")).join("\n");
    expect((await post("/session/one-time", { token: tokenIn(printed) })).status).toBe(200);
  });

  it("makes a key where there is none", async () => {
    await systemd.run("rm", "/etc/rookery/secret.key");
    await expect(systemd.systemctl("restart", "rookery")).rejects.toThrow();
    expect(await systemd.run("sh", "-c", "systemctl status rookery || true")).toContain("243/CREDENTIALS");
    await follow("troubleshooting.md", "### The key is missing");
    expect((await fetch(`http://127.0.0.1:${PORT}/readyz`)).status).toBe(200);
  });

  it("moves it where its port is taken", async () => {
    await systemd.systemctl("stop", "rookery");
    const other = createServer().listen(PORT, "127.0.0.1");
    await once(other, "listening");
    try {
      await expect(systemd.systemctl("start", "rookery")).rejects.toThrow();
      expect(systemd.output()).toContain(`Port ${PORT} on 127.0.0.1 is in use.`);
      await follow("troubleshooting.md", "### The port is taken");
      expect((await fetch(`http://127.0.0.1:${OTHER_PORT}/readyz`)).status).toBe(200);
    } finally {
      other.close();
    }
  });
});

it("every message that troubleshooting names is one that Rookery says", () => {
  const sources = readFileSync(join(import.meta.dirname, "../../packages/host/dist/serve.mjs"), "utf8");
  const tables = readFileSync(join(DOCS, "troubleshooting.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => line.split("|")[1] ?? "");
  const messages = tables.flatMap((cell) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, message = ""]) => message),
  );
  expect(messages.length).toBeGreaterThan(15);
  expect(messages.filter((message) => !sources.includes(message))).toEqual([]);
});
