import { type Permissions, permissionItems, permissionsOf } from "@rookery/plugin-sdk/manifest";
import type { Declared } from "../../config/declared.ts";
import { describePermissions, includes, missingPermissions } from "../../runtime/permissions.ts";
import type { PluginVersionStore } from "../../store/plugin-versions.ts";
import type { PluginRow, PluginStore } from "../../store/plugins.ts";
import type { PluginService } from "../plugins.ts";
import { changesBetween, listed, type Step } from "./difference.ts";

interface Sources {
  plugins: Pick<PluginStore, "get">;
  versions: Pick<PluginVersionStore, "get">;
}

/**
 * What plugins may do: what they are granted, and what their instances are. A version that waits takes its place with
 * it; who names its hash has looked at it, whoever signed it.
 */
export function planGrants(declared: Declared, sources: Sources, service: PluginService | null): Step[] {
  return Object.entries(declared.plugins).flatMap(([id, { sha256, refused: named }]): Step[] => {
    const plugin = sources.plugins.get(id);
    if (!plugin) return [];
    const about = { kind: "grants" as const, name: id, entry: `plugins.${id}.grants` };
    const granted = grantsOf(id, declared);
    // What one of its instances is granted is not refused.
    const refused = without(named, granted);
    const waiting = sources.versions.get(id, "waiting");
    const next = waiting?.sha256 === sha256 ? waiting : plugin;
    const missing = missingPermissions(
      next.manifest.permissions,
      granted,
      together([plugin.refused, refused]),
    );
    const isAsked = Object.keys(missing).length > 0;
    const problem = isAsked
      ? `Version ${next.version} wants ${describePermissions(missing)}. Say so under grants, or under refused if it is to go on without; it waits until then.`
      : null;
    const changes = [
      ...changesBetween(comparable(plugin, refused), { granted: listed(granted), refused: listed(refused) }),
      ...(next === plugin || isAsked ? [] : [{ field: "version", from: plugin.version, to: next.version }]),
    ];
    if (changes.length === 0) return problem === null ? [] : [{ ...about, action: "none", changes, problem }];
    const apply = async () => {
      await service?.grant(id, granted, refused);
      const waits = sources.versions.get(id, "waiting");
      if (waits?.sha256 === sha256 && !isAsked) await service?.accept(id, sha256);
    };
    return [{ ...about, action: "change", changes, problem, apply }];
  });
}

/** What is refused beside what the configuration refuses was so before; nobody need say so again. */
const comparable = ({ granted, refused }: PluginRow, declared: Permissions) => ({
  granted: listed(granted),
  refused: listed(permissionsOf(permissionItems(refused).filter((item) => includes(declared, item)))),
});

function without(permissions: Permissions | undefined, others: Permissions): Permissions {
  return permissionsOf(permissionItems(permissions).filter((item) => !includes(others, item)));
}

function grantsOf(id: string, { plugins, instances }: Declared): Permissions {
  const ofInstances = Object.values(instances).filter(({ plugin }) => plugin === id);
  return together([plugins[id]?.grants, ...ofInstances.map(({ grants }) => grants)]);
}

function together(all: readonly (Permissions | undefined)[]): Permissions {
  const items = all.flatMap(permissionItems);
  return permissionsOf([
    ...new Map(items.map((item) => [`${item.permission} ${item.value}`, item])).values(),
  ]);
}
