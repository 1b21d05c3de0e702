import type { Permissions } from "@rookery/plugin-sdk/manifest";

/** What is granted, with every permission there: an empty list or `false` for none of it. */
export type Granted = Required<Omit<Permissions, "webhooks">> & { webhooks: boolean };

export function allOf({ network = [], programs = [], ...rest }: Permissions = {}): Permissions {
  return { network, programs, ...rest };
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
    ...(asked?.webhooks && !granted.webhooks ? { webhooks: true } : {}),
  };
}

/** What is both asked for and granted: a grant that the manifest does not ask for gives nothing. */
export function effectivePermissions(asked: Permissions | undefined, granted: Permissions): Granted {
  return {
    network: (asked?.network ?? []).filter((host) => granted.network?.includes(host)),
    programs: (asked?.programs ?? []).filter((name) => granted.programs?.includes(name)),
    webhooks: Boolean(asked?.webhooks && granted.webhooks),
  };
}

/** Permissions in words: "to reach a.example; to run yt-dlp". */
export function describePermissions({ network = [], programs = [], webhooks }: Permissions): string {
  const reach = network.length > 0 ? [`to reach ${network.join(", ")}`] : [];
  const run = programs.length > 0 ? [`to run ${programs.join(", ")}`] : [];
  const called = webhooks ? ["to be called from outside by webhooks"] : [];
  return [...reach, ...run, ...called].join("; ");
}

function without(asked: string[] = [], granted: string[] = []): string[] {
  return asked.filter((each) => !granted.includes(each));
}
