import { expect, test } from "vitest";
import { createMemberNames } from "./member-names.ts";

const ROOM = "!room:test";

test("a name that a sync brought is there at once", () => {
  const names = createMemberNames(() => Promise.reject(new Error("not asked")));
  names.set(ROOM, "@ada:test", "Ada");
  names.set(ROOM, "@bob:test", null);
  expect(names.get(ROOM, "@ada:test")).toBe("Ada");
  expect(names.get(ROOM, "@bob:test")).toBeNull();
});

test("an unknown name is asked for once, however many want it", async () => {
  let asked = 0;
  const names = createMemberNames(async () => {
    asked++;
    return "Ada";
  });
  const both = [names.get(ROOM, "@ada:test"), names.get(ROOM, "@ada:test")];
  expect(await Promise.all(both)).toEqual(["Ada", "Ada"]);
  expect(names.get(ROOM, "@ada:test")).toBe("Ada");
  expect(asked).toBe(1);
});

test("a name is one room's own", () => {
  const names = createMemberNames(async () => null);
  names.set(ROOM, "@ada:test", "Ada");
  names.set("!other:test", "@ada:test", "Countess");
  expect(names.get(ROOM, "@ada:test")).toBe("Ada");
});

test("who cannot be asked for has no name, and is asked for again the next time", async () => {
  let asked = 0;
  const names = createMemberNames(async () => {
    if (asked++ === 0) throw new Error("unreachable");
    return "Ada";
  });
  expect(await names.get(ROOM, "@ada:test")).toBeNull();
  expect(await names.get(ROOM, "@ada:test")).toBe("Ada");
});

test.each([
  ["answers", (resolve: (name: string) => void) => resolve("Old")],
  ["fails", (_: unknown, reject: (error: Error) => void) => reject(new Error("unreachable"))],
])("a name that a sync brought stays when a question asked before %s", async (_what, end) => {
  const question = Promise.withResolvers<string>();
  const names = createMemberNames(() => question.promise);
  const asked = names.get(ROOM, "@ada:test");
  names.set(ROOM, "@ada:test", "New");
  end(question.resolve, question.reject);
  await asked;
  expect(names.get(ROOM, "@ada:test")).toBe("New");
});

test("no more than a bounded number of names is kept", async () => {
  let asked = 0;
  const names = createMemberNames(async () => {
    asked++;
    return null;
  });
  for (let i = 0; i <= 20_000; i++) names.set(ROOM, `@u${i}:test`, "name");
  await names.get(ROOM, "@u0:test");
  expect(names.get(ROOM, "@u20000:test")).toBe("name");
  expect(asked).toBe(1);
});
