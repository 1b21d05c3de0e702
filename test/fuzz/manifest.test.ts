import { expect, it } from "vitest";
import { parseManifest } from "../../packages/host/src/bundle/manifest.ts";
import { AppError } from "../../packages/host/src/errors.ts";
import { fitConfig } from "../../packages/host/src/services/config-check.ts";
import { MANIFEST } from "../hostile/good-bundle.ts";
import { mutateBytes } from "./mutate-bytes.ts";
import { mutateValue } from "./mutate-value.ts";
import { FUZZ_TIMEOUT_MS, fuzz } from "./run.ts";

const SEED = {
  ...MANIFEST,
  permissions: { network: ["*.example.org", "api.example.org:8443"], programs: ["yt-dlp"] },
  catchUpSeconds: 3600,
  configSchema: {
    type: "object",
    required: ["greeting"],
    properties: {
      greeting: { type: "string", default: "Hello", pattern: "^[A-Z]" },
      rooms: { type: "array", items: { type: "string", maxLength: 9 }, default: [] },
    },
  },
};
const TEXT = Buffer.from(JSON.stringify(SEED));

function isRefusal(error: unknown, code: string): boolean {
  return error instanceof AppError && error.code === code && error.message.length > 20;
}

it("whatever plugin.json says, it is a manifest, or is refused as one that is none", {
  timeout: FUZZ_TIMEOUT_MS,
}, async () => {
  let taken = 0;
  await fuzz("manifests", 0.3, (random) => {
    const bytes =
      random.int(2) === 0
        ? mutateBytes(TEXT, random)
        : Buffer.from(JSON.stringify(mutateValue(SEED, random)) ?? "");
    try {
      const manifest = parseManifest(bytes);
      taken++;
      // Its schema is the stranger's, too: a config fits it, or the instance is refused.
      try {
        fitConfig(manifest, {});
      } catch (error) {
        if (!isRefusal(error, "CONFIG_INVALID")) throw error;
      }
    } catch (error) {
      if (isRefusal(error, "BUNDLE_MANIFEST_INVALID")) return;
      throw new Error(`${String(error)} for ${bytes.toString("base64")}`, { cause: error });
    }
  });
  expect(taken).toBeGreaterThan(10);
});
