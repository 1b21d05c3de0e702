import { expect, test } from "vitest";
import { createOutbox } from "./outbox.ts";

function setUp(waiting: Parameters<typeof createOutbox>[0] = []) {
  const sent: { txnId: string; body: unknown }[] = [];
  const failures: unknown[] = [];
  const state = { fails: false };
  let kept = 0;
  const outbox = createOutbox(
    waiting,
    async (txnId, content) => {
      if (state.fails) throw new Error("away");
      sent.push({ txnId, body: (content as { body: unknown }).body });
    },
    () => void kept++,
    (error) => void failures.push(error),
  );
  const add = (body: string) => outbox.add({ body, notifies: true });
  return { outbox, add, sent, failures, state, bodies: () => sent.map(({ body }) => body), kept: () => kept };
}

test("what cannot be sent waits, is told once, and goes out in order later", async () => {
  const { outbox, add, failures, state, bodies } = setUp();
  state.fails = true;
  add("one");
  await outbox.flush();
  add("two");
  await outbox.flush();
  expect(bodies()).toEqual([]);
  expect(failures).toEqual([new Error("away")]);
  state.fails = false;
  await outbox.flush();
  expect(bodies()).toEqual(["one", "two"]);
  expect(outbox.waiting()).toEqual([]);
});

test("a message that an earlier run may have sent goes out under the same transaction ID", async () => {
  const first = setUp();
  first.add("one");
  const [message] = first.outbox.waiting();
  await first.outbox.flush();
  const second = setUp(message ? [message] : []);
  await second.outbox.flush();
  expect(second.sent).toEqual(first.sent);
});

test("two who flush at once send each message once, and what is added meanwhile", async () => {
  const { outbox, add, bodies } = setUp();
  add("one");
  const flushes = [outbox.flush(), outbox.flush()];
  add("two");
  await Promise.all(flushes);
  expect(bodies()).toEqual(["one", "two"]);
});

test("of more than a hundred the newest are kept", () => {
  const { outbox, add } = setUp();
  for (let number = 1; number <= 150; number++) add(String(number));
  expect(outbox.waiting()).toHaveLength(100);
  expect(outbox.waiting()[0]?.content.body).toBe("51");
});
