import { isDeepStrictEqual } from "node:util";
import type { HostServices } from "@rookery/host";
import { readBundle } from "@rookery/host/bundle";
import type { BuiltPlugin } from "../build/index.ts";
import { placeOfProperty } from "../build/place-of-property.ts";

type Settings = Record<string, unknown>;
/** `same`: what was built runs already. */
export type Outcome = { kind: "started" | "same"; reset: string[]; webhooks: string[] };

/** The new version did not start; the log says why. `isBack`: the one before goes on. */
export class DidNotStart extends Error {
  override readonly name = "DidNotStart";
  readonly isBack: boolean;

  constructor(message: string, isBack: boolean) {
    super(message);
    this.isBack = isBack;
  }
}

/** The one instance of the plugin that is being written. */
export interface DevBot {
  /** Makes it run what was built. @throws DidNotStart, Error where the host refuses it; what ran goes on */
  update(built: BuiltPlugin): Promise<Outcome>;
}

/** @param given settings that the author named, in place of the config's defaults */
export function createDevBot({ plugins, instances, playground }: HostServices, given: Settings): DevBot {
  let settled = false;

  async function grantAll(pluginId: string): Promise<void> {
    const plugin = plugins.list().find(({ id }) => id === pluginId);
    const asking = plugin?.waiting ?? plugin;
    if (!plugin || !asking || Object.keys(asking.missing).length === 0) return;
    await plugins.grant(pluginId, asking.manifest.permissions ?? {});
  }

  async function create(built: BuiltPlugin, name: string): Promise<void> {
    const { id: pluginId } = built.manifest;
    await plugins.install(built.bundle);
    await grantAll(pluginId);
    if (!playground) throw new Error("The host has no playground.");
    const accountId = await playground.account(name);
    await instances.create({ id: name, pluginId, accountId, config: given });
  }

  /** Puts the new version in, and leaves out of what was set what the new version does not take. */
  async function replace(built: BuiltPlugin, name: string): Promise<string[]> {
    const wanted = { ...setByHand(plugins, instances.get(name)), ...given };
    const install = (config: Settings) => plugins.install(built.bundle, new Map([[name, config]]));
    let reset: string[] = [];
    await install(wanted).catch(async (error: unknown) => {
      reset = fieldsOf(error).filter((field) => Object.hasOwn(wanted, field) && !Object.hasOwn(given, field));
      if (reset.length === 0) throw error;
      await install(Object.fromEntries(Object.entries(wanted).filter(([key]) => !reset.includes(key))));
    });
    await grantAll(built.manifest.id);
    return reset;
  }

  return {
    async update(built) {
      const { id: pluginId } = built.manifest;
      const name = pluginId.split(".").at(-1) ?? pluginId;
      const found = instances.list().find((instance) => instance.id === name);
      if (found && found.pluginId !== pluginId) {
        throw new Error(
          `The data is that of ${found.pluginId}, and this is ${pluginId}. Begin anew: remove .rookery in the plugin's folder, or use another --data-dir.`,
        );
      }
      const isSame = found && plugins.list().some(({ sha256 }) => sha256 === built.sha256);
      let reset: string[] = [];
      try {
        if (!found) await create(built, name);
        else if (!isSame) reset = await replace(built, name);
        else if (!settled && Object.keys(given).length > 0) {
          await instances.change(name, { config: { ...setByHand(plugins, found), ...given } });
        }
      } catch (error) {
        if (codeOf(error) === "PLUGIN_START_FAILED") throw new DidNotStart((error as Error).message, true);
        throw explained(error, built, given);
      }
      settled = true;
      // The host may still be starting it; this waits for that.
      if (isSame) await instances.change(name, {});
      const { observed, enabled, webhooks } = instances.get(name);
      if (enabled && !["running", "starting"].includes(observed.status)) {
        throw new DidNotStart(observed.reason ?? observed.status, false);
      }
      const urls = webhooks.flatMap(({ method, url }) => (url === null ? [] : [`${method} ${url}`]));
      return { kind: isSame ? "same" : "started", reset, webhooks: urls };
    },
  };
}

/** What an instance's config says otherwise than its plugin's defaults, so that new defaults show. */
function setByHand(
  plugins: HostServices["plugins"],
  { pluginId, config }: { pluginId: string; config: Settings },
): Settings {
  const { manifest } = plugins.list().find(({ id }) => id === pluginId) ?? {};
  const known = (manifest?.configSchema?.properties ?? {}) as Record<string, { default?: unknown }>;
  return Object.fromEntries(
    Object.entries(config).filter(([key, value]) => !isDeepStrictEqual(value, known[key]?.default)),
  );
}

const codeOf = (error: unknown) => (error as { code?: unknown } | null)?.code;

/** The settings that a `CONFIG_INVALID` names: `/instances/dice/config/sides` → `sides`. */
function fieldsOf(error: unknown): string[] {
  if (codeOf(error) !== "CONFIG_INVALID") return [];
  const { fields = [] } = error as { fields?: { path: string }[] };
  return [...new Set(fields.flatMap(({ path }) => /\/config\/([^/]+)/.exec(path)?.[1] ?? []))];
}

/** Tells an author what they can do about a config that does not fit, and where. */
function explained(error: unknown, { bundle, manifest }: BuiltPlugin, given: Settings): unknown {
  if (codeOf(error) !== "CONFIG_INVALID") return error;
  const { required = [], properties = {} } = (manifest.configSchema ?? {}) as {
    required?: string[];
    properties?: Record<string, { default?: unknown }>;
  };
  const { code } = readBundle(bundle);
  const at = (name: string) => {
    const place = placeOfProperty(code, name);
    return place === null ? "" : `${place}: `;
  };
  const missing = required.filter(
    (name) => !Object.hasOwn(given, name) && properties[name]?.default === undefined,
  );
  const lines = [
    ...missing.map(
      (name) =>
        `${at(name)}"${name}" has no default. Give it one, or its value in a file: --settings <file>.`,
    ),
    ...fieldsOf(error).map((name) => `${at(name)}${(error as Error).message}`),
  ];
  return lines.length === 0 ? error : new Error(lines.join("\n"), { cause: error });
}
