import { isDeepStrictEqual } from "node:util";
import { type Manifest, type PermissionItem, permissionItems } from "@rookery/plugin-sdk/manifest";

/** A setting of a plugin's config, by the path to it (`feeds.interval`) and by the title that its form shows. */
export interface Setting {
  path: string;
  title: string;
}

/** What another version of a plugin has otherwise, as far as its manifest tells. */
export interface VersionDifference {
  settings: { added: Setting[]; removed: Setting[]; changed: Setting[] };
  /** What it asks for, and what it asks for no more. */
  permissions: { added: PermissionItem[]; removed: PermissionItem[] };
}

/** A schema may have thousands; who decides looks at some. */
const MAX_SETTINGS = 100;

export function versionDifference(from: Manifest, to: Manifest): VersionDifference {
  const [before, after] = [settingsOf(from), settingsOf(to)];
  const added = [...after.values()].filter(({ path }) => !before.has(path));
  const removed = [...before.values()].filter(({ path }) => !after.has(path));
  const changed = [...after.values()].filter(({ path, schema }) => {
    const found = before.get(path);
    return found !== undefined && !isDeepStrictEqual(found.schema, schema);
  });
  const [asked, asks] = [permissionItems(from.permissions), permissionItems(to.permissions)];
  return {
    settings: { added: shown(added), removed: shown(removed), changed: shown(changed) },
    permissions: { added: without(asks, asked), removed: without(asked, asks) },
  };
}

interface FoundSetting extends Setting {
  /** Without the settings within it, which are found by themselves. */
  schema: Record<string, unknown>;
}

/** An author's schema may hold anything: what is no object there has no settings. */
function settingsOf({ configSchema }: Manifest): Map<string, FoundSetting> {
  const found = new Map<string, FoundSetting>();
  const walk = ({ properties, required }: Record<string, unknown>, within: string) => {
    if (!isObject(properties)) return;
    const needed: unknown[] = Array.isArray(required) ? required : [];
    for (const [name, inner] of Object.entries(properties)) {
      const path = within === "" ? name : `${within}.${name}`;
      const { properties: _inner, required: _required, ...own } = isObject(inner) ? inner : { is: inner };
      const title = typeof own.title === "string" ? own.title : path;
      found.set(path, { path, title, schema: { ...own, isNeeded: needed.includes(name) } });
      if (isObject(inner)) walk(inner, path);
    }
  };
  walk(configSchema ?? {}, "");
  return found;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const shown = (settings: FoundSetting[]): Setting[] =>
  settings.slice(0, MAX_SETTINGS).map(({ path, title }) => ({ path, title }));

const without = (items: PermissionItem[], others: PermissionItem[]): PermissionItem[] =>
  items.filter((item) => !others.some((other) => isDeepStrictEqual(other, item)));
