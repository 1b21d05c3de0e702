import type { Manifest } from "@rookery/plugin-sdk/manifest";
import { secretSettings } from "../bundle/index.ts";
import type { FieldError } from "../errors.ts";
import type { InstanceSecrets, SealedSecrets } from "../store/instance-secrets.ts";
import { dropNullParent, putAt, takeAt } from "../store/json-pointer.ts";
import { fitConfig } from "./config-check.ts";

/** An instance's config in two parts: what may be read again, and what may only be written. */
export interface Settings {
  config: Record<string, unknown>;
  secrets: SealedSecrets;
}

/**
 * Fits a config to a plugin's schema, its secrets in place, and takes them out again. A secret that the
 * config leaves out is the one of before; `null` or an empty text removes it (a `null` in place of the
 * object around it, too); any other text replaces it. What the schema does not mark as a secret (any
 * more) never gets the value of one.
 *
 * @param given a config that may hold new secrets, and the secrets of before
 * @throws AppError `SECRET_UNREADABLE`
 */
export function fitSettings(
  instanceId: string,
  manifest: Manifest,
  given: Settings,
  store: InstanceSecrets,
): Settings & { fields: FieldError[] } {
  const { pointers } = secretSettings(manifest.configSchema);
  const whole = structuredClone(given.config);
  const unchanged = new Set<string>();
  const taken = pointers.map((pointer) => ({ pointer, ...takeAt(whole, pointer) }));
  for (const pointer of pointers) dropNullParent(whole, pointer);
  for (const { pointer, ...found } of taken) {
    const secret = given.secrets[pointer];
    if (found.there && found.value !== null && found.value !== "") putAt(whole, pointer, found.value);
    if (found.there || secret === undefined) continue;
    putAt(whole, pointer, store.open(instanceId, pointer, secret));
    unchanged.add(pointer);
  }
  const { config, fields } = fitConfig(manifest, whole);
  const secrets: SealedSecrets = {};
  for (const pointer of pointers) {
    const found = takeAt(config, pointer);
    const secret = given.secrets[pointer];
    if (!found.there || typeof found.value !== "string" || found.value === "") continue;
    secrets[pointer] =
      secret !== undefined && unchanged.has(pointer)
        ? secret
        : store.seal(instanceId, pointer, found.value, Date.now());
  }
  return { config, secrets, fields };
}
