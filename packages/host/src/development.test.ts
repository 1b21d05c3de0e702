import { expect, test } from "vitest";
import { eventually } from "./testing/eventually.ts";
import { startTestHomeserver } from "./testing/homeserver.ts";
import { startTestHost } from "./testing/host.ts";
import { bundleOf } from "./testing/plugin-host.ts";

const development = { name: "org.example.dice" };
const V1 = bundleOf("1.0.0", "");
const V2 = bundleOf("2.0.0", "");
const BROKEN = bundleOf("3.0.0", 'throw new Error("no dice");');

test("an author's link lets in without a password, under a cookie that other hosts' do not replace", async () => {
  const host = await startTestHost({ development });
  const answer = await host.signIn();
  expect(answer.body).toMatchObject({ user: { role: "admin" }, mustSetPassword: false });
  expect(String(answer.headers["set-cookie"])).toMatch(/^rookery_session_org\.example\.dice=/);
  expect((await host.call("GET", "/instances")).status).toBe(200);

  const body = { name: "ada", password: "correct horse battery" };
  expect((await host.call("PUT", "/session/password", { body })).status).toBe(200);
  const other = { ...body, password: "another one altogether" };
  expect((await host.call("PUT", "/session/password", { body: other })).status).toBe(403);
});

test("an author's new version is trusted once it started; one that does not start is gone back from", async () => {
  const homeserver = await startTestHomeserver();
  const { host } = await startTestHost({ development, playground: { homeserver, bundles: [] } });
  const { plugins, instances, playground } = host.services;
  const { plugin } = await plugins.install(V1);
  const accountId = await playground?.account("dice");
  await instances.create({ id: "dice", pluginId: plugin.id, accountId: accountId ?? "" });

  await plugins.install(V2);
  await eventually("the trust", () => plugins.list()[0]?.watchedUntil === null);
  await expect(plugins.install(BROKEN)).rejects.toThrow(/no dice/);
  expect(plugins.list()[0]).toMatchObject({ version: "2.0.0", rolledBack: { version: "3.0.0" } });
  expect(instances.get("dice").observed.status).toBe("running");
});

test("a bot's account is made once, and is in the playground's room", async () => {
  const homeserver = await startTestHomeserver();
  const { host } = await startTestHost({ development, playground: { homeserver, bundles: [] } });
  const first = await host.services.playground?.account("dice");
  expect(await host.services.playground?.account("dice")).toBe(first);
  expect(await host.services.playground?.account("other")).not.toBe(first);
});
