import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { createBundleStore } from "./bundles.ts";

test("a bundle is read as it was written, by nobody but its owner, until it is removed", async () => {
  const folder = join(temporaryDirectory(), "bundles");
  const bundles = createBundleStore(folder);
  bundles.write("abc", Buffer.from("zip"));
  expect(readdirSync(folder)).toEqual(["abc.mbp"]);
  expect((await bundles.read("abc")).toString()).toBe("zip");
  expect((statSync(join(folder, "abc.mbp")).mode & 0o777).toString(8)).toBe("600");
  expect((statSync(folder).mode & 0o777).toString(8)).toBe("700");

  bundles.remove("abc");
  bundles.remove("abc");
  await expect(bundles.read("abc")).rejects.toThrow("ENOENT");
});
