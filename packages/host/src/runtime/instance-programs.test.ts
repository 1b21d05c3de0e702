import type { ProgramResult } from "@rookery/plugin-sdk/protocol";
import { expect, test } from "vitest";
import { eventually } from "../testing/eventually.ts";
import { limitPrograms } from "./instance-programs.ts";

const REQUEST = { name: "x", args: [], timeoutMs: 1_000, maxOutputBytes: 10 };
const RESULT: ProgramResult = { exitCode: 0, stdout: "", stderr: "", timedOut: false, truncated: false };

/** Programs that run until they are told to end. */
function start() {
  const running: PromiseWithResolvers<ProgramResult>[] = [];
  const programs = limitPrograms({
    run() {
      const run = Promise.withResolvers<ProgramResult>();
      running.push(run);
      return run.promise;
    },
  });
  const run = (signal = new AbortController().signal) => programs.run(REQUEST, "/nowhere", signal);
  return { running, run };
}

test("four run at once, the others in their order when one ends, however it ends", async () => {
  const { running, run } = start();
  const results = Array.from({ length: 6 }, () => run());
  await eventually("four to run", () => running.length === 4);
  running[0]?.resolve(RESULT);
  expect(await results[0]).toBe(RESULT);
  running[1]?.reject(new Error("no"));
  await expect(results[1]).rejects.toThrow("no");
  await eventually("the others to run", () => running.length === 6);
  for (const each of running) each.resolve(RESULT);
  await Promise.all(results.slice(2));
});

test("of those that wait no more than a hundred may, and none longer than its instance lives", async () => {
  const { running, run } = start();
  const ending = new AbortController();
  const results = Array.from({ length: 104 }, () => run(ending.signal));
  await eventually("four to run", () => running.length === 4);
  await expect(run()).rejects.toMatchObject({ code: "LIMIT" });
  ending.abort();
  for (const each of running) each.resolve(RESULT);
  const settled = await Promise.allSettled(results);
  expect(settled.filter(({ status }) => status === "fulfilled")).toHaveLength(4);
  expect(running).toHaveLength(4);
});
