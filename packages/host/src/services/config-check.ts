import type { Manifest } from "@rookery/plugin-sdk/manifest";
import { Value } from "typebox/value";
import { AppError, type FieldError, reasonOf } from "../errors.ts";
import { withinTime } from "../time-limit.ts";
import { withDefaults } from "./schema-defaults.ts";

type Config = Record<string, unknown>;

/** Of computing. The schema comes with the bundle: its patterns, or types that refer to themselves, can take for ever. */
const TIME_MS = 500;
const MAX_FIELDS = 100;

/**
 * Fills in the schema's defaults and says what of the rest does not fit; paths begin with `/config`.
 *
 * @throws AppError `CONFIG_INVALID` where the schema itself cannot be used
 */
export function fitConfig(manifest: Manifest, given: Config): { config: Config; fields: FieldError[] } {
  const schema = manifest.configSchema ?? { type: "object", additionalProperties: false };
  try {
    return withinTime(TIME_MS, () => {
      const config = withDefaults(schema, given) as Config;
      const fields = [...Value.Errors(schema, config)].slice(0, MAX_FIELDS).map((error) => ({
        path: `/config${error.instancePath}`,
        message: error.message,
      }));
      return { config, fields };
    });
  } catch (cause) {
    const text = `The config could not be checked: the plugin's schema for it cannot be used (${reasonOf(cause)}). Tell the plugin's author.`;
    throw new AppError("CONFIG_INVALID", text, { cause });
  }
}

/** @throws AppError `CONFIG_INVALID` where something did not fit */
export function checkFits(fields: FieldError[]): void {
  const [first] = fields;
  if (!first) return;
  throw new AppError(
    "CONFIG_INVALID",
    `The config does not fit the plugin: ${first.path} ${first.message}.`,
    { fields },
  );
}
