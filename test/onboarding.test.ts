import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Plugin } from "@rookery/host/api";
import { afterAll, beforeAll, expect, it } from "vitest";
import { blocksUnder } from "./documents/blocks.ts";
import { createReader, type Reader } from "./documents/reader.ts";
import { OPERATOR, type Rookery, startRookery } from "./rookery/rookery.ts";

let root: string;
let rookery: Rookery;
let reader: Reader;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "rookery-onboarding-"));
  rookery = await startRookery();
  reader = await createReader(root, [["http://127.0.0.1:29316", rookery.url]]);
  await writeFile(join(root, "password"), `${OPERATOR.password}\n`);
});
afterAll(async () => {
  await rookery?.dispose();
  await rm(root, { recursive: true, force: true });
});

async function follow(heading: string): Promise<string> {
  let printed = "";
  for (const block of blocksUnder("onboarding.md", heading)) printed += await reader.follow(block);
  return printed;
}

it("who follows the first hour has a plugin of their own, tested, built, and installed at a host", async () => {
  const made = await follow("## 0:10 A plugin of your own");
  expect(made).toContain("org.example.dice");
  const installed = await follow("## 0:40 Your plugin, in your room");
  expect(installed).toContain("You are logged in");
  const plugins = await rookery.api<Plugin[]>("GET", "/plugins");
  expect(plugins.map(({ id, version }) => `${id} ${version}`)).toEqual(["org.example.dice 0.1.0"]);
});
