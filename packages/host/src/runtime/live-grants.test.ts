import { expect, test } from "vitest";
import { createLiveGrants } from "./live-grants.ts";
import { allOf } from "./permissions.ts";

const granted = allOf({ network: ["a.example", "b.example"], programs: ["figlet"] });

/** Work that ends when it is told, or when it is broken off. */
function work() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const begin = (signal: AbortSignal) => {
    signal.addEventListener("abort", () => reject(signal.reason));
    return promise;
  };
  return { begin, end: () => resolve("done") };
}

test("what needs a part that is taken back is broken off at once, and the rest goes on", async () => {
  const grants = createLiveGrants(granted, () => undefined);
  const [a, b] = [work(), work()];
  const toA = grants.whileGranted("A", ({ network }) => network.includes("a.example"), a.begin);
  const toB = grants.whileGranted("B", ({ network }) => network.includes("b.example"), b.begin);
  grants.change(allOf({ network: ["b.example"] }));
  await expect(toA).rejects.toMatchObject({
    ...{ code: "PERMISSION_DENIED", message: "A was broken off: the operator took the permission back." },
  });
  expect(grants.now.network).toEqual(["b.example"]);
  b.end();
  expect(await toB).toBe("done");
});

test("a result that comes after the permission was taken back is not handed out", async () => {
  const grants = createLiveGrants(granted, () => undefined);
  const { promise, resolve } = Promise.withResolvers<string>();
  const run = grants.whileGranted(
    "It",
    ({ programs }) => programs.includes("figlet"),
    () => promise,
  );
  grants.change(allOf());
  resolve("secret");
  await expect(run).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
});

test("what has ended, or fails by itself, has nothing to do with a later change", async () => {
  const grants = createLiveGrants(granted, () => undefined);
  let broken = false;
  const ended = await grants.whileGranted(
    "It",
    () => false,
    async (signal) => {
      signal.addEventListener("abort", () => {
        broken = true;
      });
      return "done";
    },
  );
  grants.change(allOf());
  expect([ended, broken]).toEqual(["done", false]);
  const failing = grants.whileGranted(
    "It",
    () => true,
    () => Promise.reject(new Error("no")),
  );
  await expect(failing).rejects.toThrow("no");
});
