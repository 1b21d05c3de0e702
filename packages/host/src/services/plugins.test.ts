import { expect, test } from "vitest";
import { bundleOf, openPluginHost, PLUGIN } from "../testing/plugin-host.ts";

test("what a plugin is known by is looked at in its turn, when all that was asked for before is done", async () => {
  const { plugins } = await openPluginHost([], bundleOf("1.0.0", ""));
  const known = [plugins.get(PLUGIN).etag];
  const decide = (host: string) => plugins.grant(PLUGIN, {}, { network: [host] }, known);
  const [first, second] = await Promise.allSettled([decide("one.example"), decide("two.example")]);
  expect(first).toMatchObject({ status: "fulfilled", value: { refused: { network: ["one.example"] } } });
  expect(second).toMatchObject({ status: "rejected", reason: { code: "CHANGED_MEANWHILE" } });
  expect(plugins.get(PLUGIN).refused).toEqual({ network: ["one.example"] });
});
