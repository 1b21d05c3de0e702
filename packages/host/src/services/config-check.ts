import type { Manifest } from "@rookery/plugin-sdk/manifest";
import { Value } from "typebox/value";
import { AppError, type FieldError } from "../errors.ts";
import { withDefaults } from "./schema-defaults.ts";

type Config = Record<string, unknown>;

/** Fills in the schema's defaults and says what of the rest does not fit; paths begin with `/config`. */
export function fitConfig(manifest: Manifest, given: Config): { config: Config; fields: FieldError[] } {
  const schema = manifest.configSchema ?? { type: "object", additionalProperties: false };
  const config = withDefaults(schema, given) as Config;
  const fields = [...Value.Errors(schema, config)].map((error) => ({
    path: `/config${error.instancePath}`,
    message: error.message,
  }));
  return { config, fields };
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
