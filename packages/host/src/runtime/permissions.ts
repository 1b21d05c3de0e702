import type { Permissions } from "@rookery/plugin-sdk/manifest";

/** Permissions with every list there. */
export type Granted = Required<Permissions>;

export function allOf(permissions: Permissions | undefined): Granted {
  return { network: permissions?.network ?? [], programs: permissions?.programs ?? [] };
}

/** What is asked for and not granted, without empty lists. */
export function missingPermissions(asked: Permissions | undefined, granted: Permissions): Permissions {
  const missing = {
    network: without(asked?.network, granted.network),
    programs: without(asked?.programs, granted.programs),
  };
  return {
    ...(missing.network.length > 0 ? { network: missing.network } : {}),
    ...(missing.programs.length > 0 ? { programs: missing.programs } : {}),
  };
}

/** What is both asked for and granted: a grant that the manifest does not ask for gives nothing. */
export function effectivePermissions(asked: Permissions | undefined, granted: Permissions): Granted {
  return {
    network: (asked?.network ?? []).filter((host) => granted.network?.includes(host)),
    programs: (asked?.programs ?? []).filter((name) => granted.programs?.includes(name)),
  };
}

/** Permissions in words: "to reach a.example; to run yt-dlp". */
export function describePermissions({ network = [], programs = [] }: Permissions): string {
  const reach = network.length > 0 ? [`to reach ${network.join(", ")}`] : [];
  const run = programs.length > 0 ? [`to run ${programs.join(", ")}`] : [];
  return [...reach, ...run].join("; ");
}

function without(asked: string[] = [], granted: string[] = []): string[] {
  return asked.filter((each) => !granted.includes(each));
}
