import { generateKeyPairSync } from "node:crypto";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import AdmZip from "adm-zip";
import { expect, test } from "vitest";
import { showPublicKey, writeBundle } from "../bundle/index.ts";
import { eventually } from "../testing/eventually.ts";
import { createTestHttp, register, startTestHomeserver } from "../testing/homeserver.ts";
import { startTestHost, type TestHost } from "../testing/host.ts";
import { pluginCode } from "../testing/worker.ts";

const ID = "org.example.test";
const BUNDLE = { type: "application/octet-stream" };
const ada = generateKeyPairSync("ed25519");
const ADA = showPublicKey(ada.publicKey);

function bundle(version: string, signWith = ada.privateKey): Buffer {
  const about = { name: "Test", description: "A test", license: "MIT", rookery: "*" };
  return writeBundle({
    manifest: { id: ID, version, ...about, main: "plugin.js" },
    code: pluginCode(""),
    signWith,
  });
}

const upload = ({ call }: TestHost, bytes: Buffer) => call("POST", "/plugins", { ...BUNDLE, bytes });

async function addInstance({ call }: TestHost): Promise<void> {
  const homeserver = await startTestHomeserver();
  const bot = await register(homeserver, createTestHttp(), "bot");
  const login = { homeserverUrl: homeserver.url, accessToken: bot.accessToken };
  const { body: account } = await call("POST", "/accounts", { body: login });
  await call("POST", "/instances", { body: { id: "one", pluginId: ID, accountId: account.id } });
}

test("the API tells of each bundle whose signature it has, and refuses one that was altered", async () => {
  const host = await startTestHost({ settings: { trustedKeys: { ada: ADA } } });
  await host.signIn();
  expect(await upload(host, bundle("1.0.0"))).toMatchObject({
    status: 201,
    body: { signature: { state: "trusted", keyName: "ada", publicKey: ADA } },
  });
  const { privateKey } = generateKeyPairSync("ed25519");
  const { body } = await upload(host, bundle("2.0.0", privateKey));
  expect(body).toMatchObject({
    version: "1.0.0",
    waiting: {
      newSigner: true,
      signature: { state: "unknown", keyName: null, fingerprint: expect.any(String) },
    },
  });
  const accept = (more: object) => host.call("POST", `/plugins/${ID}/upgrade`, { body: more });
  expect((await accept({ sha256: "0".repeat(64) })).status).toBe(409);
  expect((await accept({})).status).toBe(400);
  expect(await accept({ sha256: body.waiting.sha256 })).toMatchObject({
    ...{ status: 200, body: { version: "2.0.0", previous: { signature: { keyName: "ada" } } } },
  });

  const zip = new AdmZip(bundle("3.0.0", privateKey));
  zip.updateFile("plugin.js", Buffer.from(pluginCode("steal();")));
  expect(await upload(host, zip.toBuffer())).toMatchObject({
    status: 422,
    body: { code: "BUNDLE_ALTERED", title: "The bundle was changed after it was signed" },
  });
});

test("what is installed and trusted no more is blocked at the next start, with the reason", async () => {
  const first = await startTestHost({ settings: { trustedKeys: { ada: ADA }, requireSignature: true } });
  await first.signIn();
  await upload(first, bundle("1.0.0"));
  await addInstance(first);
  expect((await first.call("GET", "/instances/one")).body.status).toBe("running");
  await first.close();

  const { dataDir } = first;
  const second = await startTestHost({ dataDir, settings: { trustedKeys: {}, requireSignature: true } });
  await second.signIn();
  const instance = await eventually("the instance to be looked at", async () => {
    const { body } = await second.call("GET", "/instances/one");
    return body.statusReason !== null && body;
  });
  expect(instance).toMatchObject({
    ...{ enabled: true, status: "blocked" },
    statusReason: expect.stringMatching(
      /^Test 1\.0\.0 is signed by a key that is not among the trusted ones .* add its key to trustedKeys\.$/,
    ),
  });
  expect(await upload(second, bundle("2.0.0"))).toMatchObject({
    status: 422,
    body: { code: "BUNDLE_UNTRUSTED" },
  });
  await second.close();

  const third = await startTestHost({ dataDir });
  await third.signIn();
  await eventually(
    "the instance to run",
    async () => (await third.call("GET", "/instances/one")).body.status === "running",
  );
});

test("a stored bundle that was changed is not run", async () => {
  const first = await startTestHost();
  await first.signIn();
  await upload(first, bundle("1.0.0"));
  await addInstance(first);
  await first.close();
  const folder = join(first.dataDir, "bundles");
  const [name = ""] = readdirSync(folder);
  writeFileSync(join(folder, name), bundle("1.0.0", generateKeyPairSync("ed25519").privateKey));
  const second = await startTestHost({ dataDir: first.dataDir });
  await second.signIn();
  const reason = await eventually(
    "the refusal",
    async () => String((await second.call("GET", "/instances/one")).body.statusReason ?? "") || false,
  );
  expect(reason).toContain("is not what was installed: its SHA-256 is another");
});
