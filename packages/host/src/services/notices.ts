import type { HealthCheck, InstanceHealth } from "../runtime/instance-health.ts";
import { describePermissions } from "../runtime/permissions.ts";
import type { Sandbox } from "../runtime/sandbox.ts";
import type { InstanceStore } from "../store/instances.ts";
import type { Overflow, OverflowStore } from "../store/overflows.ts";
import type { Health } from "./health.ts";
import type { PluginView } from "./plugins.ts";
import type { YtDlp } from "./yt-dlp.ts";

/** Something that the operator should know, and what to do about it. */
export interface Notice {
  id: string;
  message: string;
  remedy: string;
}

export interface NoticeService {
  list(): Promise<Notice[]>;
}

/** Instagram's extractor was rewritten then; older ones fail. */
const OLDEST_YT_DLP = "2026.08.19";

export function createNoticeService(options: {
  health: Pick<Health, "notices">;
  overflows: Pick<OverflowStore, "list"> & { isFull(instanceId: string): boolean };
  ytDlp: YtDlp;
  sandbox: Promise<Sandbox>;
  plugins: () => PluginView[];
  /** That the last one failed, or is overdue. */
  backups: () => Notice[];
  /** Of accounts that cannot read encrypted rooms. */
  encryption: () => Notice[];
  /** That alerts reach nobody. */
  alerts: () => Notice[];
  instances: Pick<InstanceStore, "list">;
  instanceHealth: Pick<InstanceHealth, "of">;
  /** Whether the configuration has a port for webhooks. */
  webhooksServed: boolean;
  /** Where something is not as the configuration says. */
  declared: () => Promise<Notice[]>;
}): NoticeService {
  return {
    async list() {
      const plugins = options.plugins();
      const wanted = plugins.some(({ manifest }) => manifest.permissions?.programs?.includes("yt-dlp"));
      const upgrades = plugins.flatMap(upgradeNotices);
      const anyWanted = plugins.some(({ manifest }) => (manifest.permissions?.programs ?? []).length > 0);
      const sandbox = anyWanted ? sandboxNotices(await options.sandbox) : [];
      const webhooks = options.webhooksServed ? [] : plugins.flatMap(webhookNotices);
      const programs = [...sandbox, ...(wanted ? await ytDlpNotices(options.ytDlp) : [])];
      const overflows = options.overflows
        .list()
        .map((overflow) => overflowNotice(overflow, options.overflows.isFull(overflow.instanceId)));
      return [
        ...options.health.notices(),
        ...options.encryption(),
        ...options.backups(),
        ...options.alerts(),
        ...(await options.declared()),
        ...options.instances.list().flatMap(({ id }) => healthNotices(id, options.instanceHealth.of(id))),
        ...overflows,
        ...upgrades,
        ...webhooks,
        ...programs,
      ];
    },
  };
}

/** What an instance looks after and is not well, in its own words. */
function healthNotices(instanceId: string, checks: readonly HealthCheck[]): Notice[] {
  return checks
    .filter(({ ok }) => !ok)
    .map(({ check, message, since }) => ({
      id: `health:${instanceId}:${check}`,
      message: `${instanceId}: ${message}`,
      remedy: `Its check "${check}" says so since ${minute(since)}. This goes away when the check is well again, or the instance is stopped.`,
    }));
}

/** That programs run with less between them and the machine than the operator may think. */
function sandboxNotices({ missing }: Sandbox): Notice[] {
  if (missing === null) return [];
  const remedy =
    "Install bubblewrap, or let Rookery's user make user namespaces, and restart Rookery (docs/operating.md, Programs). Or accept it with programSandbox: off.";
  return [{ id: "program-sandbox", message: `Plugins' programs have no sandbox: ${missing}`, remedy }];
}

/** What an upgrade of a plugin left for the operator to decide. */
export function upgradeNotices({ id, version, manifest, waiting, rolledBack }: PluginView): Notice[] {
  const { name } = manifest;
  const waits = waiting && {
    id: `upgrade-waits:${id}`,
    ...waitsFor(name, version, waiting),
  };
  const back = rolledBack && {
    id: `rolled-back:${id}`,
    message: `${name} ${rolledBack.version} was rolled back to ${version}.`,
    remedy: `${rolledBack.reason} Upload a version that is mended, or dismiss this on the plugin's page.`,
  };
  return [waits, back].filter((notice) => notice !== null);
}

function waitsFor(
  name: string,
  installed: string,
  waiting: NonNullable<PluginView["waiting"]>,
): Pick<Notice, "message" | "remedy"> {
  const wants =
    Object.keys(waiting.missing).length > 0 ? `It wants ${describePermissions(waiting.missing)}. ` : "";
  if (!waiting.newSigner) {
    return {
      message: `${name} ${waiting.version} waits for you to grant what it asks for.`,
      remedy: `${wants}Version ${installed} goes on; grant it or discard it on the plugin's page.`,
    };
  }
  const signed = waiting.signature.state === "unsigned" ? "is not signed" : "is signed by another key";
  return {
    message: `${name} ${waiting.version} waits: it ${signed}, unlike ${installed}.`,
    remedy: `${wants}Ask its author whether that is right. Version ${installed} goes on; accept the new one or discard it on the plugin's page.`,
  };
}

/** A plugin that is in use wants to be called, and nothing listens. */
function webhookNotices({ id, manifest, instances }: PluginView): Notice[] {
  if (!manifest.permissions?.webhooks || instances.length === 0) return [];
  return [
    {
      id: `webhooks-off:${id}`,
      message: `${manifest.name} has webhooks, and Rookery listens for none.`,
      remedy:
        "Set webhooks.port in rookery.yaml (or ROOKERY_WEBHOOKS_PORT) and restart Rookery; docs/operating.md says how to serve it.",
    },
  ];
}

/** What an instance's inbox had no room for, until the operator has taken note of it. */
export function overflowNotice({ instanceId, refused, since, lastAt }: Overflow, isFull: boolean): Notice {
  const events = refused === 1 ? "1 event was" : `${refused.toLocaleString("en")} events were`;
  const id = `inbox-full:${instanceId}`;
  if (isFull)
    return {
      id,
      message: `The inbox of ${instanceId} is full: ${events} refused since ${minute(since)}, and so is what comes now.`,
      remedy: `Nobody gets an answer to what is refused. The log of ${instanceId} may say why it does not keep up; stop it if it is not needed, or raise limits.inboxEntries.`,
    };
  return {
    id,
    message: `The inbox of ${instanceId} was full: ${events} refused from ${minute(since)} to ${minute(lastAt)}.`,
    remedy: `There is room again; what was refused gets no answer. If ${instanceId} is to keep up with that much, raise limits.inboxEntries. Dismiss this on its page.`,
  };
}

/** `2026-11-21 03:12 UTC` */
export const minute = (ms: number) => `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;

async function ytDlpNotices(ytDlp: YtDlp): Promise<Notice[]> {
  const remedy = `Install yt-dlp ${OLDEST_YT_DLP} or newer (docs/operating.md says how) and restart Rookery.`;
  const notice = (message: string) => [{ id: "yt-dlp", message, remedy }];
  if (ytDlp.path === null) return notice("yt-dlp is not installed, so Instagram links cannot be fetched.");
  const version = await ytDlp.version();
  if (version === null) return notice(`yt-dlp at ${ytDlp.path} does not run.`);
  return version >= OLDEST_YT_DLP ? [] : notice(`yt-dlp ${version} is too old to read Instagram.`);
}
