import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { sha256Of } from "../bundle/sign.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { createBundleStore } from "./bundles.ts";

const ZIP = sha256Of("zip");

test("a bundle is read as it was written, by nobody but its owner, until it is removed", async () => {
  const folder = join(temporaryDirectory(), "bundles");
  const bundles = createBundleStore(folder);
  bundles.write(ZIP, Buffer.from("zip"));
  expect(readdirSync(folder)).toEqual([`${ZIP}.mbp`]);
  expect((await bundles.read(ZIP)).toString()).toBe("zip");
  expect((statSync(join(folder, `${ZIP}.mbp`)).mode & 0o777).toString(8)).toBe("600");
  expect((statSync(folder).mode & 0o777).toString(8)).toBe("700");

  bundles.remove(ZIP);
  bundles.remove(ZIP);
  await expect(bundles.read(ZIP)).rejects.toThrow("ENOENT");
});

test("a bundle that was changed on the disk is not read as what was installed", async () => {
  const folder = join(temporaryDirectory(), "bundles");
  const bundles = createBundleStore(folder);
  bundles.write(ZIP, Buffer.from("zip"));
  writeFileSync(join(folder, `${ZIP}.mbp`), "zap");
  await expect(bundles.read(ZIP)).rejects.toMatchObject({
    code: "BUNDLE_ALTERED",
    message: expect.stringContaining("its SHA-256 is another. Upload the plugin's bundle again."),
  });
});
