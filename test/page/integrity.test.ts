import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fingerprintOf, readBundle, showPublicKey, writeBundle } from "@rookery/host/bundle";
import { afterAll, beforeAll, expect, it } from "vitest";
import { isChromiumAvailable } from "../chromium/chromium.ts";
import { describeWith } from "../describe-with.ts";
import { bundleOf } from "../hostile/plugins.ts";
import { type Rookery, startRookery } from "../rookery/rookery.ts";
import { barriersInEveryLook } from "./every-look.ts";
import { type Album, openAlbum } from "./looks.ts";
import { goTo, openVisit, showPageOnFailure, signIn, stepByStep, type Visit } from "./visit.ts";

const SOURCE = `import { definePlugin, Type } from "@rookery/plugin-sdk";
export default definePlugin({
  config: Type.Object({
    service: Type.String({ title: "Service", default: "https://issues.example.org" }),
    token: Type.String({ title: "API token", description: "From the service's settings.", format: "secret", minLength: 8 }),
    mail: Type.Optional(Type.Object({
      user: Type.Optional(Type.String()),
      password: Type.Optional(Type.String({ format: "secret" })),
    })),
  }),
  setup(bot) {
    bot.command("token", "Tell how long the token is", (ctx) => ctx.reply(String(bot.config.token.length)));
  },
});
`;
const ada = generateKeyPairSync("ed25519");
const eve = generateKeyPairSync("ed25519");

describeWith([isChromiumAvailable()], "who made a bundle, and what only a bot may know", () => {
  let folder: string;
  let rookery: Rookery;
  let visit: Visit;
  let album: Album;
  let unsigned: Buffer;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "rookery-integrity-"));
    const file = join(folder, "rookery.yaml");
    await writeFile(file, `trustedKeys:\n  ada: ${showPublicKey(ada.publicKey)}\n`);
    unsigned = await bundleOf("issues", SOURCE, {}, { name: "Issues", description: "Tells of new issues." });
    rookery = await startRookery({ args: ["--playground", "--config", file] });
    visit = await openVisit();
    album = await openAlbum();
    await signIn(visit.page, rookery);
  });

  afterAll(async () => {
    await visit?.[Symbol.asyncDispose]();
    await rookery?.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  showPageOnFailure(() => visit);
  stepByStep();

  function version(number: string, signWith?: KeyObject): Buffer {
    const { manifest, code } = readBundle(unsigned);
    return writeBundle({
      manifest: { ...manifest, version: number },
      code,
      ...(signWith ? { signWith } : {}),
    });
  }

  async function upload(buffer: Buffer): Promise<void> {
    const { page } = visit;
    await goTo(page, "Plugins");
    const choosing = page.waitForEvent("filechooser");
    await page.getByRole("button", { name: "Upload a bundle" }).first().click();
    await (await choosing).setFiles({ name: "x.mbp", mimeType: "application/octet-stream", buffer });
  }

  /** Nothing that is on the page is in anybody's way, in whatever look. */
  async function expectNoBarriers(): Promise<void> {
    expect(await barriersInEveryLook(visit.page, album, null)).toEqual([]);
  }

  const press = (name: string) => visit.page.getByRole("button", { name, exact: true }).click();

  it("an upload says which bundle it was and whose, and so does the plugin's page", async () => {
    const { page } = visit;
    const bundle = version("1.0.0", ada.privateKey);
    const hash = readBundle(bundle).sha256.slice(0, 8);
    await upload(bundle);
    await page
      .getByText(`Issues 1.0.0 is installed. SHA-256 ${hash}, signed by a trusted key: ada.`)
      .waitFor();
    await page.getByText("Signed by a trusted key: ada", { exact: true }).waitFor();
    await page.getByText(fingerprintOf(showPublicKey(ada.publicKey)).slice(0, 16)).waitFor();
    await page.getByText(showPublicKey(ada.publicKey)).waitFor();
    await expectNoBarriers();
  });

  it("so does the list", async () => {
    const { page } = visit;
    const { sha256 } = readBundle(version("1.0.0", ada.privateKey));
    await goTo(page, "Plugins");
    const card = page.getByRole("article").filter({ hasText: "Issues" });
    await card.getByText(sha256.slice(0, 8)).waitFor();
    await card.getByText("Signed by a trusted key: ada").waitFor();
    const hello = page.getByRole("article").filter({ hasText: "org.rookery.hello" });
    await hello.getByText("Not signed").waitFor();
    // The card's link lies over it, and not over the button.
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await card.getByRole("button", { name: "Copy SHA-256" }).click();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(sha256);
    await expectNoBarriers();
  });

  it("one that was altered is refused in words", async () => {
    const { page } = visit;
    const { manifest, code } = readBundle(version("1.1.0"));
    const signature = version("1.1.0", eve.privateKey);
    const extra = { "signature.json": Buffer.from(signatureIn(signature)) };
    visit.expectComplaint(/status of 422 .*\/plugins$/);
    await upload(writeBundle({ manifest, code: `${code}\n//`, extra }));
    await page.getByRole("alert").getByText("The bundle was changed after it was signed").waitFor();
  });

  it("another signer's version waits, beside the one that is there, until it is accepted", async () => {
    const { page } = visit;
    await goTo(page, "Overview");
    await upload(version("2.0.0", eve.privateKey));
    const waits = page.getByRole("region", {
      name: "Version 2.0.0 waits for your decision: it is signed by another key.",
    });
    await waits.getByText("Somebody else than the author of 1.0.0 may have made it.").waitFor();
    await waits.getByText("Signed by a trusted key: ada").waitFor();
    await waits.getByText("Signed by an unknown key").waitFor();
    await waits.getByText(fingerprintOf(showPublicKey(eve.publicKey)).slice(0, 16)).waitFor();
    await expectNoBarriers();
    await goTo(page, "Overview");
    await page.getByText("Issues 2.0.0 waits: it is signed by another key, unlike 1.0.0.").waitFor();
    await goTo(page, "Plugins");
    await page.getByRole("link", { name: "Issues" }).click();
    await press("Accept the key and upgrade to 2.0.0");
    await page.getByText("Issues runs version 2.0.0.").waitFor();
    await page.getByText("Before: 1.0.0").waitFor();
  });

  it("a secret is typed once, and never comes back to the page", async () => {
    const { page } = visit;
    const { accountId } = await rookery.instance("hello");
    await page.goto(`${rookery.url}/instances/new?plugin=org.example.issues`);
    await page.getByLabel("Account").selectOption(accountId);
    await page.getByRole("textbox", { name: "API token" }).fill("short");
    await press("Create an instance");
    await page.getByText("At least 8 characters.").waitFor();
    await page.getByRole("textbox", { name: "API token" }).fill("tok-4711-4711");
    await page.getByRole("textbox", { name: "Mail: Password" }).fill("pass-4712-4712");
    await press("Create an instance");
    await page.getByText("issues is created.").waitFor();
    await page.getByText("Signed by an unknown key").waitFor();
    await page.getByRole("navigation", { name: "issues" }).getByRole("link", { name: "Config" }).click();
    const token = page.getByRole("group", { name: "API token" });
    await token.getByText(/^Set (just now|\d+ (sec|min) ago)$/).waitFor();
    expect(await token.getByRole("button", { name: "Remove API token" }).count()).toBe(0);
    await expectNoBarriers();
    expect(await page.content()).not.toMatch(/tok-4711|pass-4712/);
  });

  it("it is replaced, kept after all, or removed", async () => {
    const { page } = visit;
    await press("Replace API token");
    const input = page.getByRole("textbox", { name: "API token" });
    await page.locator("input:focus").and(input).waitFor();
    await press("Save and restart");
    await page.getByText("Enter the new one, or keep the one that is set.").waitFor();
    await press("Keep the one that is set");
    await page.getByText("Nothing changed yet.").waitFor();

    await press("Replace API token");
    await input.fill("tok-5811-5811-5811");
    await press("Remove Mail: Password");
    await page.getByText("It is removed when you save.").waitFor();
    await page.getByText("Changed: API token, Mail: Password.").waitFor();
    await expectNoBarriers();
    const before = await rookery.instance("issues");
    await press("Save and restart");
    await page.getByText("Saved. issues restarts with the new config.").waitFor();
    await page.getByRole("group", { name: "API token" }).waitFor();
    expect(await page.getByRole("textbox", { name: "Mail: Password" }).inputValue()).toBe("");
    const after = await rookery.instance("issues");
    expect(Object.keys(after.secrets)).toEqual(["/token"]);
    expect(after.secrets["/token"]?.setAt).not.toBe(before.secrets["/token"]?.setAt);
    expect(after.config).toEqual({ service: "https://issues.example.org", mail: {} });
    expect(await page.content()).not.toMatch(/tok-5811/);
  });

  it("with nothing in the browser's console", () => {
    expect(visit.complaints).toEqual([]);
  });
});

/** The `signature.json` in a bundle that ends with it. */
function signatureIn(bundle: Buffer): string {
  const text = bundle.toString("latin1");
  return text.slice(text.indexOf('{\n  "algorithm"'), text.indexOf("}\n", text.indexOf('"algorithm"')) + 2);
}
