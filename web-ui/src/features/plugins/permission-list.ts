import type { Plugin } from "@rookery/host/api";
import type { Permissions } from "../../api/plugins.ts";
import { texts } from "./texts.ts";

type Kind = keyof Permissions;

/** One thing a plugin asks for, in words. */
export interface Permission {
  kind: Kind;
  value: string;
  sentence: string;
  risk: string;
  granted: boolean;
}

const kinds: Record<Kind, { sentence: (value: string) => string; risk: string }> = {
  network: { sentence: texts.network, risk: texts.networkRisk },
  programs: { sentence: texts.program, risk: texts.programRisk },
  webhooks: { sentence: () => texts.webhooks, risk: texts.webhooksRisk },
};

/** A permission that is there or not has one value. */
const valuesOf = (of: string[] | true | undefined): string[] => (of === true ? ["all"] : (of ?? []));

/** What a plugin asks for, one entry per sentence, in the order of its manifest. */
export function permissionList(plugin: Pick<Plugin, "requested" | "granted">): Permission[] {
  return (Object.keys(kinds) as Kind[]).flatMap((kind) =>
    valuesOf(plugin.requested[kind]).map((value) => ({
      kind,
      value,
      sentence: kinds[kind].sentence(value),
      risk: kinds[kind].risk,
      granted: valuesOf(plugin.granted[kind]).includes(value),
    })),
  );
}

/** What the version that waits wants beyond the grants. */
export function wantedMore({ waiting }: Pick<Plugin, "waiting">): Permission[] {
  return waiting ? permissionList({ requested: waiting.missing, granted: {} }) : [];
}

/** The grants with which the version that waits goes on; what was granted before stays. */
export function withWaiting({ waiting, granted }: Pick<Plugin, "waiting" | "granted">): Permissions {
  return wantedMore({ waiting }).reduce((grants, permission) => withGrant(grants, permission, true), granted);
}

/** The grants after one of them was given or taken back; empty kinds are left out. */
export function withGrant(granted: Permissions, { kind, value }: Permission, give: boolean): Permissions {
  const { [kind]: before, ...rest } = granted;
  if (kind === "webhooks") return give ? { ...rest, webhooks: true } : rest;
  const others = valuesOf(before).filter((other) => other !== value);
  const values = give ? [...others, value] : others;
  return values.length > 0 ? { ...rest, [kind]: values } : rest;
}
