import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { expect, test } from "vitest";
import { addInstances, arrivalOf, openTestStore } from "../testing/store.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { createSecretBox } from "./secret-box.ts";

const REPORT = { name: "report", cron: "0 9 * * *", timeZone: "UTC" };

function openStore() {
  const store = openTestStore();
  addInstances(store, ["one", "two"]);
  return store;
}

function runOf(instanceId: string, eventId = "$run") {
  const sender = "@bot:test";
  const event = JSON.stringify({ type: "org.rookery.schedule", event_id: eventId, sender, content: {} });
  return { instanceId, roomId: "schedule:report", eventId, sender, event };
}

test("a schedule that is new starts from now, and is known the next time", () => {
  const { schedules } = openStore();
  expect([...schedules.keep("one", [REPORT], 100)]).toEqual([["report", { lastDue: 100, lastRun: null }]]);
  expect([...schedules.keep("one", [REPORT], 200)]).toEqual([["report", { lastDue: 100, lastRun: null }]]);
  expect([...schedules.keep("two", [REPORT], 300)]).toEqual([["report", { lastDue: 300, lastRun: null }]]);
});

test.each([
  ["cron expression", { ...REPORT, cron: "0 8 * * *" }],
  ["time zone", { ...REPORT, timeZone: "Europe/Berlin" }],
])("one whose %s changed starts from now", (_what, changed) => {
  const { schedules } = openStore();
  schedules.keep("one", [REPORT], 100);
  expect(schedules.keep("one", [changed], 200).get("report")?.lastDue).toBe(200);
});

test("one that was gone for a while starts from now", () => {
  const { schedules } = openStore();
  schedules.keep("one", [REPORT], 100);
  schedules.keep("one", [], 200);
  expect(schedules.keep("one", [REPORT], 300).get("report")?.lastDue).toBe(300);
});

test("a run is stored together with the time for which it stands", () => {
  const { schedules, inbox } = openStore();
  schedules.keep("one", [REPORT], 100);
  const [entry] = schedules.due("one", "report", 150, runOf("one"));
  expect(inbox.page("one", runOf("one").roomId, 0, 10)).toEqual([entry]);
  expect(schedules.keep("one", [REPORT], 200).get("report")).toEqual({ lastDue: 150, lastRun: entry?.id });
});

test("where the time cannot be stored, the run is not; where the run cannot be, the time is not", () => {
  const { schedules, inbox, db } = openStore();
  schedules.keep("one", [REPORT], 100);
  const refuse = (what: string) =>
    db.exec(`CREATE TEMP TRIGGER refuse BEFORE ${what} BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`);
  refuse("UPDATE ON main.schedule");
  expect(() => schedules.due("one", "report", 150, runOf("one"))).toThrow("the disk is full");
  expect(inbox.count("one")).toBe(0);
  db.exec("DROP TRIGGER refuse");
  refuse("INSERT ON main.inbox");
  expect(() => schedules.due("one", "report", 150, runOf("one"))).toThrow("the disk is full");
  expect(schedules.keep("one", [REPORT], 200).get("report")?.lastDue).toBe(100);
});

test("what is passed over is counted, and keeps the newest run in mind", () => {
  const { schedules, inbox } = openStore();
  schedules.keep("one", [REPORT], 100);
  const [entry] = schedules.due("one", "report", 150, runOf("one"));
  schedules.skip("one", "report", 175);
  expect(inbox.skipped("one")).toBe(1);
  expect(schedules.keep("one", [REPORT], 200).get("report")).toEqual({ lastDue: 175, lastRun: entry?.id });
});

test("after a restart no other delivery gets the ID of a run that is done", () => {
  const file = join(temporaryDirectory(), "rookery.db");
  const box = createSecretBox(randomBytes(32));
  const before = openTestStore(file, box);
  addInstances(before, ["one"]);
  before.schedules.keep("one", [REPORT], 100);
  const [run] = before.schedules.due("one", "report", 150, runOf("one"));
  if (!run) throw new Error("Nothing was stored.");
  before.inbox.settle([{ entry: run }]);
  before.close();

  const after = openTestStore(file, box);
  const [next] = after.inbox.append(arrivalOf("account", "s1", [runOf("one", "$other")]));
  expect(next?.id).toBeGreaterThan(run.id);
  expect(after.inbox.has("one", run.id)).toBe(false);
});

test("what is forgotten starts from now, and a deleted instance takes its schedules along", () => {
  const { schedules, instances, db } = openStore();
  schedules.keep("one", [REPORT], 100);
  schedules.keep("two", [REPORT], 100);
  schedules.forget("one");
  expect(schedules.keep("one", [REPORT], 200).get("report")?.lastDue).toBe(200);
  instances.remove("one");
  expect(db.prepare("SELECT instance_id FROM schedule").pluck().all()).toEqual(["two"]);
});
