import { createRpc, type HostError, type Methods } from "@rookery/plugin-sdk/protocol";
import { expect, it } from "vitest";
import { ERRORS } from "../../packages/host/src/errors.ts";
import { readSubscriptions } from "../../packages/host/src/runtime/wanted-subscriptions.ts";
import { openTestScopes } from "../../packages/host/src/testing/scopes.ts";
import { mutateValue } from "./mutate-value.ts";
import type { Random } from "./random.ts";
import { FUZZ_TIMEOUT_MS, fuzz } from "./run.ts";

/** Calls that would be in order; of a delivery that has ended, so that no room is flooded. */
const CALLS: [string, object][] = [
  ["event.send", { delivery: 9, type: "m.room.message", content: { msgtype: "m.text", body: "hi" } }],
  ["event.redact", { delivery: 9, eventId: "$event", reason: "because", roomId: "!room:test" }],
  ["typing.set", { delivery: 9, timeoutMs: 1_000 }],
  ["receipt.send", { delivery: 9 }],
  ["file.fetch", { url: "https://example.org/", headers: { a: "b" }, maxBytes: 5, timeoutMs: 5 }],
  ["file.download", { mxc: "none://test/a", maxBytes: 5 }],
  ["file.upload", { file: "a", name: "b" }],
  ["file.send", { delivery: 9, file: "a", name: "a.jpg", caption: "c", width: 1, relatesTo: {} }],
  ["file.close", { file: "a" }],
  ["store.get", { key: "a" }],
  ["store.set", { key: "a", json: "1" }],
  ["store.delete", { key: "a" }],
  ["store.list", { prefix: "", limit: 10 }],
  ["database.migrate", { migrations: [] }],
  ["http.fetch", { url: "https://example.org/", method: "GET", headers: [["a", "b"]], body: "x" }],
  ["program.run", { name: "none", args: ["-a"], timeoutMs: 1_000, maxOutputBytes: 1_000 }],
  ["log.write", { level: "info", message: "hi", stack: "Error\n at x" }],
  ["delivery.settle", { id: 9, status: "failed", ran: ["!a"], error: { code: "A", message: "b" } }],
];
const BATCHES: unknown[][] = [
  ...CALLS.map(([method, params]) => [[0, 1, "one", method, params]]),
  ...CALLS.map(([method, params]) => [[3, "one", method, params]]),
  [
    [1, 1, { prefix: "!" }],
    [2, 1, { code: "A", message: "b", data: { c: 1 }, stack: "d" }],
    [3, "two", "log.write", { level: "info", message: "hi" }],
    [0, 2, "", "store.get", { key: "a" }],
  ],
];
const SUBSCRIPTIONS = {
  prefix: "!",
  commands: [{ name: "a", usage: "!a", description: "b" }],
  texts: ["a"],
  everyText: false,
  types: ["m.reaction"],
  schedules: [{ name: "a", cron: "* * * * *", timeZone: "UTC", catchUpSeconds: null }],
};

/** What the border itself says, beside the host's own table. */
const OF_THE_BORDER = ["UNKNOWN_METHOD", "CLOSED"];

it("whatever comes from a worker, each call is answered or refused with a code, and the host is well", {
  timeout: FUZZ_TIMEOUT_MS,
}, async () => {
  const granted = { network: ["granted.example"], programs: ["none"] };
  const { methods, unexpected } = await openTestScopes({ granted });
  let answered = 0;
  let refused = 0;
  const wrong: string[] = [];
  const note = (code: unknown) => {
    refused++;
    const known = Object.hasOwn(ERRORS, code as string) || OF_THE_BORDER.includes(code as string);
    if (!known || code === "INTERNAL") wrong.push(String(code));
  };
  const rpc = createRpc<Methods>({
    post(batch) {
      for (const [kind, , error] of batch as [number, number, { code?: unknown }][]) {
        if (kind === 2) note(error.code);
        else answered++;
      }
    },
    methods,
    deadlineMs: 60_000,
    maxPending: 100,
    sendStacks: false,
    onNoticeFailed: (_method, error) => note((error as HostError).code),
    onMalformed: () => refused++,
  });
  const known = () => {
    expect(wrong).toEqual([]);
    expect(unexpected).toEqual([]);
  };

  await fuzz(
    "batches from a worker",
    0.28,
    (random: Random) => rpc.receive(mutateValue(random.pick(BATCHES), random)),
    async () => known(),
  );
  await fuzz("what instances want", 0.02, (random) => {
    try {
      readSubscriptions(mutateValue(SUBSCRIPTIONS, random));
    } catch (error) {
      note((error as HostError).code);
    }
  });
  known();
  expect(answered).toBeGreaterThan(100);
  expect(refused).toBeGreaterThan(100);
});
