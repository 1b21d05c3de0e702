import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fingerprintOf, showPublicKey } from "../bundle/index.ts";
import { bundleOf, openPluginHost, PLUGIN } from "../testing/plugin-host.ts";
import { upgradeNotices } from "./notices.ts";

function author() {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const key = showPublicKey(publicKey);
  return { key, privateKey, fingerprint: fingerprintOf(key) };
}

const [ADA, EVE] = [author(), author()];
const version = (number: string, signWith?: KeyObject, more = {}) =>
  bundleOf(number, `bot.command("v", "", (ctx) => ctx.reply("${number}"));`, more, signWith);

test("each version tells whose signature it has", async () => {
  const host = await openPluginHost([], version("1.0.0"), { trustedKeys: { ada: ADA.key } });
  expect(host.view().signature).toEqual({ state: "unsigned" });
  await host.plugins.install(version("2.0.0", ADA.privateKey));
  const { key: publicKey, fingerprint } = ADA;
  expect(host.view()).toMatchObject({
    signature: { state: "trusted", keyName: "ada", publicKey, fingerprint },
    previous: { signature: { state: "unsigned" } },
  });
});

test("who signed before upgrades at once; another key, or none, waits for the operator's word", async () => {
  const host = await openPluginHost(["one"], version("1.0.0", ADA.privateKey));
  await host.plugins.install(version("2.0.0", ADA.privateKey));
  expect(await host.ask("!v", 1)).toEqual(["2.0.0"]);

  const { plugin } = await host.plugins.install(version("3.0.0"));
  expect(plugin).toMatchObject({
    ...{ version: "2.0.0", signature: { state: "unknown", publicKey: ADA.key } },
    waiting: { version: "3.0.0", newSigner: true, missing: {}, signature: { state: "unsigned" } },
  });
  expect(upgradeNotices(plugin)).toMatchObject([
    { message: "Test 3.0.0 waits: it is not signed, unlike 2.0.0." },
  ]);
  const eves = await host.plugins.install(version("3.1.0", EVE.privateKey));
  expect(eves.plugin.waiting).toMatchObject({
    ...{ version: "3.1.0", newSigner: true, signature: { state: "unknown", fingerprint: EVE.fingerprint } },
  });
  expect(upgradeNotices(eves.plugin)).toMatchObject([
    {
      message: "Test 3.1.0 waits: it is signed by another key, unlike 2.0.0.",
      remedy:
        "Ask its author whether that is right. Version 2.0.0 goes on; accept the new one or discard it on the plugin's page.",
    },
  ]);
  // A grant is not the word that is asked for.
  await host.plugins.grant(PLUGIN, {});
  expect(await host.ask("!v", 2)).toEqual(["2.0.0", "2.0.0"]);

  const sha256 = eves.plugin.waiting?.sha256 ?? "";
  const stale = plugin.waiting?.sha256 ?? "";
  await expect(host.plugins.accept(PLUGIN, stale)).rejects.toMatchObject({
    ...{
      code: "CONFLICT",
      message: expect.stringContaining("Another bundle of org.example.test waits by now (3.1.0"),
    },
  });
  expect(await host.plugins.accept(PLUGIN, sha256)).toMatchObject({ version: "3.1.0", waiting: null });
  expect((await host.ask("!v", 3)).at(-1)).toBe("3.1.0");
  await expect(host.plugins.accept(PLUGIN, sha256)).rejects.toMatchObject({ code: "NOT_FOUND" });

  // Now Eve's key is the plugin's, and the way back to Ada's version is one to what was there.
  expect(await host.plugins.rollBack(PLUGIN)).toMatchObject({ version: "2.0.0", waiting: null });
});

test("two trusted authors do not get each other's plugins by that", async () => {
  const trustedKeys = { ada: ADA.key, eve: EVE.key };
  const host = await openPluginHost([], version("1.0.0", ADA.privateKey), { trustedKeys });
  const { plugin } = await host.plugins.install(version("2.0.0", EVE.privateKey));
  expect(plugin).toMatchObject({
    ...{ version: "1.0.0", waiting: { newSigner: true, signature: { state: "trusted", keyName: "eve" } } },
  });
});

test("a plugin that was not signed takes the first key that comes", async () => {
  const host = await openPluginHost([], version("1.0.0"));
  expect((await host.plugins.install(version("2.0.0", ADA.privateKey))).plugin.version).toBe("2.0.0");
  expect((await host.plugins.install(version("3.0.0"))).plugin.waiting?.newSigner).toBe(true);
});

test("another signer waits also where the installed version is blocked, and with what it asks for", async () => {
  const permissions = { network: ["a.example"] };
  const host = await openPluginHost(["one"], version("1.0.0", ADA.privateKey, { permissions }));
  expect(host.supervisor.observed("one").status).toBe("blocked");
  const { plugin } = await host.plugins.install(version("2.0.0", EVE.privateKey, { permissions }));
  expect(plugin).toMatchObject({ version: "1.0.0", waiting: { newSigner: true, missing: permissions } });
  const sha256 = plugin.waiting?.sha256 ?? "";
  await expect(host.plugins.accept(PLUGIN, sha256)).rejects.toMatchObject({ code: "CONFLICT" });
  await host.plugins.grant(PLUGIN, permissions);
  expect(host.view().version).toBe("1.0.0");
  expect(await host.plugins.accept(PLUGIN, sha256)).toMatchObject({ version: "2.0.0", missing: {} });
});

test("with requireSignature, what no trusted key signed is refused and nothing is kept of it", async () => {
  const host = await openPluginHost(["one"], version("1.0.0", ADA.privateKey), {
    ...{ trustedKeys: { ada: ADA.key }, requireSignature: true },
  });
  expect(host.supervisor.observed("one").status).toBe("running");
  for (const [bundle, why] of [
    [version("2.0.0"), "Test 2.0.0 is not signed, and the configuration"],
    [
      version("2.0.0", EVE.privateKey),
      `not among the trusted ones (fingerprint ${EVE.fingerprint.slice(0, 16)})`,
    ],
  ] as const) {
    await expect(host.plugins.install(bundle)).rejects.toMatchObject({
      ...{ code: "BUNDLE_UNTRUSTED", message: expect.stringContaining(why) },
    });
  }
  expect(host.view()).toMatchObject({ version: "1.0.0", waiting: null });
  expect(readdirSync(join(host.dataDir, "bundles"))).toHaveLength(1);
});

test("what waited or was there before is refused, too, when its key is trusted no more", async () => {
  const host = await openPluginHost([], version("1.0.0", ADA.privateKey), {
    ...{ trustedKeys: { ada: ADA.key }, requireSignature: true },
  });
  const permissions = { network: ["a.example"] };
  const waiting = version("2.0.0", ADA.privateKey, { permissions });
  await host.plugins.install(waiting);
  const row = host.store.versions.get(PLUGIN, "waiting");
  if (!row) throw new Error("Nothing waits.");
  host.store.versions.put({ ...row, signer: EVE.key });
  host.store.versions.put({ ...row, role: "previous", signer: null });
  const refused = { code: "BUNDLE_UNTRUSTED" };
  await host.plugins.grant(PLUGIN, permissions);
  await expect(host.plugins.accept(PLUGIN, row.sha256)).rejects.toMatchObject(refused);
  await expect(host.plugins.rollBack(PLUGIN)).rejects.toMatchObject(refused);
  expect(host.view().version).toBe("1.0.0");
});
