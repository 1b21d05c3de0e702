import { expect, test } from "vitest";
import { addInstances, openTestStore } from "../testing/store.ts";
import { createFailedDeliveries } from "./failed-deliveries.ts";

const error = { code: "ERROR", message: "boom" };

function setUp() {
  const { db, ...store } = openTestStore();
  addInstances({ db, ...store } as never, ["one", "two"]);
  const failures = createFailedDeliveries(db, { kept: 10, look: 4 });
  function fail(instanceId: string, from: number, to: number) {
    for (let id = from; id <= to; id++) {
      const entry = {
        instanceId,
        id,
        roomId: "!a:test",
        eventId: `$${id}`,
        sender: "@ada:test",
        event: "{}",
      };
      failures.keep({ ...entry, crashes: 0, attempts: 0, runAt: 0, run: 0 }, error, id);
    }
  }
  const ids = (instanceId: string) => failures.list(instanceId, 100).map(({ id }) => id);
  return { failures, fail, ids };
}

test("of a plugin that fails at everything the newest are kept, each instance's own", () => {
  const { fail, ids } = setUp();
  fail("two", 1, 3);
  fail("one", 4, 200);
  expect(ids("two")).toEqual([3, 2, 1]);
  // Looked at now and then, not each time.
  expect(ids("one").length).toBeLessThan(10 + 4);
  expect(ids("one").slice(0, 10)).toEqual([200, 199, 198, 197, 196, 195, 194, 193, 192, 191]);
});

test("the list goes on where a page ended, whatever fails meanwhile", () => {
  const { failures, fail } = setUp();
  fail("one", 1, 5);
  const page = (before?: number) => failures.list("one", 2, before).map(({ id }) => id);
  expect(page()).toEqual([5, 4]);
  fail("one", 6, 7);
  expect([page(4), page(2), page(1)]).toEqual([[3, 2], [1], []]);
});

test("what is taken out to run again is no longer there, and old ones are forgotten", () => {
  const { failures, fail, ids } = setUp();
  fail("one", 1, 5);
  expect(failures.take("one", 3)).toEqual({ roomId: "!a:test", event: "{}", run: 0 });
  expect(failures.take("one", 3)).toBeUndefined();
  expect(failures.take("two", 4)).toBeUndefined();
  failures.forget(4);
  expect(ids("one")).toEqual([5, 4]);
});
