import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Plugin } from "@rookery/host/api";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Block, blocksUnder } from "./documents/blocks.ts";
import { createReader, type Reader } from "./documents/reader.ts";
import { OPERATOR, type Rookery, startRookery } from "./rookery/rookery.ts";

/** What `rookery dev` prints once somebody can talk to the bot. */
const LINK = /http:\/\/127\.0\.0\.1:\d+\/\S+/;

let root: string;
let rookery: Rookery;
let reader: Reader;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "rookery-onboarding-"));
  rookery = await startRookery();
  reader = await createReader(root, [
    ["http://127.0.0.1:29316", rookery.url],
    ["< password", `< ${join(root, "password")}`],
  ]);
  await writeFile(join(root, "password"), `${OPERATOR.password}\n`);
  // A clone that is built, as far as npx looks into it.
  await mkdir(join(root, "rookery"));
  await symlink(join(import.meta.dirname, "../node_modules"), join(root, "rookery/node_modules"));
});
afterAll(async () => {
  await rookery?.dispose();
  await rm(root, { recursive: true, force: true });
});

async function follow(blocks: readonly Block[]): Promise<string> {
  let printed = "";
  for (const block of blocks) {
    if (block.kind !== "command" || !block.line.startsWith("npm run dev"))
      printed += await reader.follow(block);
    else await (await reader.start(block, LINK)).end();
  }
  return printed;
}

it("who follows the first hour has a plugin of their own, tested, built, and installed at a host", async () => {
  const made = await follow(blocksUnder("docs/onboarding.md", "## 0:10 A plugin of your own"));
  expect(made).toContain("org.example.dice");
  const installed = await follow(blocksUnder("docs/onboarding.md", "## 0:40 Your plugin, in your room"));
  expect(installed).toContain("You are logged in");
  const plugins = await rookery.api<Plugin[]>("GET", "/plugins");
  expect(plugins.map(({ id, version }) => `${id} ${version}`)).toEqual(["org.example.dice 0.1.0"]);
});

it("who follows the plugin's own README runs, tests and builds it", async () => {
  await follow(blocksUnder("packages/cli/template/README.md", "# __NAME__"));
});

it("who follows the guide for authors, or the front page, has a plugin beside the clone, and signs it", async () => {
  for (const [document, heading] of [
    ["docs/writing-plugins.md", "## From nothing to a bot in ten minutes"],
    ["README.md", "## Write a plugin"],
  ] as const) {
    await reader.enter("rookery");
    await rm(join(root, "dice"), { recursive: true });
    // What makes the clone is done elsewhere.
    await follow(blocksUnder(document, heading).filter((block) => !isOfClone(block)));
  }
  const signed = await follow(blocksUnder("docs/writing-plugins.md", "## Build and install it"));
  expect(signed).toMatch(/fingerprint/i);
  expect(await readdir(root)).toContain("dice-key.pem");
});

const isOfClone = (block: Block) => block.kind === "command" && /^(git clone|npm install) /.test(block.line);
