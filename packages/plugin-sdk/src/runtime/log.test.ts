import { expect, onTestFinished, test, vi } from "vitest";
import { createLog, show } from "./log.ts";

function logged() {
  const notify = vi.fn();
  return { log: createLog({ notify, call: vi.fn(), database: vi.fn() }), notify };
}

test("writes a line of its level", () => {
  const { log, notify } = logged();

  log.warn("The list is empty.");

  expect(notify).toHaveBeenCalledWith("log.write", { level: "warn", message: "The list is empty." });
});

test("shows data beside the message, and the stack of an error", () => {
  const { log, notify } = logged();
  const error = new Error("no route");

  log.info("Got", { n: 1 });
  log.error("It failed:", error);

  expect(notify.mock.calls.map(([, entry]) => entry)).toEqual([
    { level: "info", message: 'Got {"n":1}' },
    { level: "error", message: "It failed: no route", stack: error.stack },
  ]);
});

test("cuts off what is longer than the host keeps, before it crosses", () => {
  const { log, notify } = logged();

  log.info("x".repeat(1_000_000), "y".repeat(1_000_000));

  expect(notify.mock.calls[0]?.[1].message).toHaveLength(8_000);
});

test("leaves out what is more than two hundred lines in a second, and says so once", () => {
  vi.useFakeTimers({ now: 5_000 });
  onTestFinished(() => void vi.useRealTimers());
  const { log, notify } = logged();

  for (let n = 0; n < 10_000; n++) log.info(`line ${n}`);
  vi.setSystemTime(6_000);
  log.info("later");

  const lines = notify.mock.calls.map(([, { message }]) => message);
  expect(lines).toHaveLength(202);
  expect(lines.slice(199)).toEqual([
    "line 199",
    "More than 200 lines in a second; the rest of this second's are left out.",
    "later",
  ]);
});

const circular: Record<string, unknown> = {};
circular.self = circular;
const hostile = new Proxy(new Error("x"), {
  getPrototypeOf() {
    throw new Error("trapped");
  },
});

test.each([
  ["text", "text"],
  [7, "7"],
  [undefined, "undefined"],
  [null, "null"],
  [[1, "a"], '[1,"a"]'],
  [new TypeError("bad"), "bad"],
  [circular, "[a value that cannot be shown]"],
  [hostile, "[a value that cannot be shown]"],
  [10n, "[a value that cannot be shown]"],
])("shows a value on one line and never throws (%#)", (value, shown) => {
  const { log, notify } = logged();

  expect(show(value)).toBe(shown);
  log.error("It failed:", value);

  expect(notify).toHaveBeenCalledOnce();
});
