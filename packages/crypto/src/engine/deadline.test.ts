import { expect, test } from "vitest";
import { inTime } from "./deadline.ts";

test("a call that does not come back is told to hang; one that does gives what it gave", async () => {
  const never = new Promise<never>(() => {});
  await expect(inTime("decrypt", never, 5)).rejects.toMatchObject({
    code: "HUNG",
    message: expect.stringContaining("decrypt"),
  });
  expect(await inTime("decrypt", Promise.resolve("text"), 5)).toBe("text");
  await expect(inTime("decrypt", Promise.reject(new Error("no")), 5)).rejects.toThrow("no");
});
