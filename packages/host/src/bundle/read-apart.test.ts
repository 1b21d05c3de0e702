import { expect, test } from "vitest";
import { findAssets } from "../assets.ts";
import { readBundleApart } from "./read-apart.ts";
import { readBundle } from "./read-bundle.ts";
import { writeBundle } from "./write-bundle.ts";

const about = {
  name: "Test",
  description: "A test",
  license: "MIT",
  rookery: "*",
  main: "plugin.js" as const,
};
const bundle = writeBundle({ manifest: { id: "org.example.test", version: "1.0.0", ...about }, code: "x;" });
const { bundleReader } = findAssets();

test("a bundle is read as in the host's own thread", async () => {
  expect(await readBundleApart(bundleReader, bundle, "0.1.0")).toEqual(readBundle(bundle));
});

test("what is refused is refused with the same words", async () => {
  for (const bytes of [Buffer.from("no zip"), bundle.subarray(0, -5), Buffer.alloc(20_000_000)]) {
    const [refused] = await Promise.allSettled([readBundleApart(bundleReader, bytes, "0.1.0")]);
    let here: unknown;
    try {
      readBundle(bytes);
    } catch (error) {
      here = error;
    }
    const { code, message } = here as { code: string; message: string };
    expect(refused).toMatchObject({ reason: { name: "AppError", code, message } });
  }
});
