import type { Verification } from "@rookery/crypto/account";
import {
  type Permissions,
  permissionInWords,
  permissionItems,
  permissionRisk,
} from "@rookery/plugin-sdk/manifest";
import type { RoomEvent } from "../matrix/sync-response.ts";
import { pluginCatchUpSeconds } from "../runtime/catch-up.ts";
import type { LogLine as InstanceLogLine } from "../runtime/instance-log.ts";
import { useOf } from "../runtime/permission-use.ts";
import { includes } from "../runtime/permissions.ts";
import type { AccountView } from "../services/accounts.ts";
import type { DeliveryView } from "../services/deliveries.ts";
import type { FeedEvent } from "../services/event-feed.ts";
import type { InstanceView, InstancePermission as PermissionOfInstance } from "../services/instances.ts";
import type { PluginView } from "../services/plugins.ts";
import type { Signature as SignatureView } from "../services/trust.ts";
import type { OneTimeLink as OneTimeLinkOfUser, UserView } from "../services/users.ts";
import { type VersionDifference as Difference, versionDifference } from "../services/version-difference.ts";
import type { ApiTokenRow } from "../store/api-tokens.ts";
import type { AuditRow } from "../store/audit-log.ts";
import type { FailedDelivery as StoredFailedDelivery } from "../store/failed-deliveries.ts";
import type { SessionRow } from "../store/sessions.ts";
import type {
  Account,
  ApiToken,
  AuditEntry,
  ChangedEvent,
  DeliveriesEvent,
  Delivery,
  EncryptionVerification,
  FailedDelivery,
  Instance,
  InstancePermission,
  LogEvent,
  LogLine,
  OneTimeLink,
  OpenSession,
  Plugin,
  PluginPermission,
  Signature,
  StatusEvent,
  User,
  VersionDifference,
} from "./contract.ts";
import { DELIVERY_REASONS } from "./delivery-reasons.ts";

/** Turns what services give into what the API answers: times as ISO 8601, nothing secret. */

const iso = (ms: number) => new Date(ms).toISOString();
/** A homeserver's clock may say anything. */
const isoOrNull = (ms: number | null) => (ms === null || Math.abs(ms) > 8.64e15 ? null : iso(ms));

export function toUser({ name, role, disabledAt, hasPassword, createdAt, managed, etag }: UserView): User {
  return { name, role, disabled: disabledAt !== null, hasPassword, createdAt: iso(createdAt), managed, etag };
}

export function toVerification(verification: Verification): EncryptionVerification {
  const { deviceId = null, emoji = null, cancelled = null } = verification;
  return { ...verification, deviceId, emoji, cancelled };
}

/** The token travels in the fragment, which no browser sends to anybody. */
export function toLink({ token, expiresAt }: OneTimeLinkOfUser): OneTimeLink {
  return { path: `/welcome#token=${token}`, expiresAt: iso(expiresAt) };
}

/** @param current the ID of the session that asks, if it is one */
export function toSession(session: SessionRow, current: string | null): OpenSession {
  const { id, createdAt, lastUsedAt, userAgent } = session;
  return { id, createdAt: iso(createdAt), lastUsedAt: iso(lastUsedAt), userAgent, current: id === current };
}

export function toApiToken({ id, name, role, createdAt, expiresAt, lastUsedAt }: ApiTokenRow): ApiToken {
  const times = { createdAt: iso(createdAt), expiresAt: iso(expiresAt), lastUsedAt: isoOrNull(lastUsedAt) };
  return { id, name, role, ...times };
}

export function toAuditEntry({
  userName,
  sessionId,
  tokenId,
  tokenName,
  at,
  ...entry
}: AuditRow): AuditEntry {
  const token = tokenId === null ? null : { id: tokenId, name: tokenName ?? "" };
  return { ...entry, at: iso(at), user: userName, session: sessionId, token };
}

export function toAccount(account: AccountView): Account {
  const { id, userId, deviceId, homeserverUrl, statusReason, instances } = account;
  const status = account.status as Account["status"];
  return {
    id,
    userId,
    deviceId,
    isApplicationService: account.isApplicationService,
    homeserverUrl,
    enabled: account.enabled,
    status,
    statusReason,
    lastSyncAt: isoOrNull(account.lastSyncAt),
    ...{ autojoin: account.autojoin, prefix: account.prefix, roomPrefixes: account.roomPrefixes },
    encryptFor: account.encryptFor,
    instances,
    managed: account.managed,
    etag: account.etag,
  };
}

export function toPlugin({ manifest, waiting, previous, rolledBack, ...plugin }: PluginView): Plugin {
  return {
    id: plugin.id,
    name: manifest.name,
    version: plugin.version,
    description: manifest.description,
    license: manifest.license,
    sha256: plugin.sha256,
    size: plugin.size,
    signature: toSignature(plugin.signature),
    installedAt: iso(plugin.installedAt),
    requested: manifest.permissions ?? {},
    granted: plugin.granted,
    missing: plugin.missing,
    permissions: inWords(manifest.permissions, plugin),
    configSchema: manifest.configSchema ?? null,
    catchUpSeconds: pluginCatchUpSeconds({ manifest }),
    instances: plugin.instances,
    waiting: waiting && {
      ...{ version: waiting.version, sha256: waiting.sha256, size: waiting.size, missing: waiting.missing },
      requested: waiting.manifest.permissions ?? {},
      permissions: inWords(waiting.missing, plugin),
      ...{ signature: toSignature(waiting.signature), newSigner: waiting.newSigner },
      difference: toDifference(versionDifference(manifest, waiting.manifest)),
    },
    watchedUntil: isoOrNull(plugin.watchedUntil),
    previous: previous && {
      ...{ version: previous.version, sha256: previous.sha256, size: previous.size },
      ...{ signature: toSignature(previous.signature), databases: previous.databases },
      difference: toDifference(versionDifference(previous.manifest, manifest)),
    },
    rolledBack: rolledBack && {
      ...{ version: rolledBack.version, reason: rolledBack.reason ?? "", at: iso(rolledBack.at) },
    },
    managed: plugin.managed,
    etag: plugin.etag,
  };
}

function inWords(
  asked: Permissions | undefined,
  { granted, refused, uses }: Pick<PluginView, "granted" | "refused" | "uses">,
): PluginPermission[] {
  return permissionItems(asked).map((item) =>
    toPermission({
      ...item,
      ...{ granted: includes(granted, item), refused: includes(refused, item), used: useOf(uses, item) },
    }),
  );
}

function toPermission({ used, ...item }: Omit<PermissionOfInstance, "withheld">): PluginPermission {
  const { permission, value, granted, refused } = item;
  return {
    ...{ permission, value, words: permissionInWords(item), risk: permissionRisk(item), granted, refused },
    used: used && { count: used.count, lastAt: iso(used.lastAt) },
  };
}

export function toInstancePermission(permission: PermissionOfInstance): InstancePermission {
  return { ...toPermission(permission), withheld: permission.withheld };
}

function toDifference({ settings, permissions: { added, removed } }: Difference): VersionDifference {
  return {
    settings,
    permissions: { added: added.map(permissionInWords), removed: removed.map(permissionInWords) },
  };
}

function toSignature(signature: SignatureView): Signature {
  return { keyName: null, publicKey: null, fingerprint: null, ...signature };
}

export function toInstance({ observed, overflow, ...instance }: InstanceView): Instance {
  return {
    id: instance.id,
    pluginId: instance.pluginId,
    accountId: instance.accountId,
    enabled: instance.enabled,
    status: observed.status,
    statusReason: observed.reason,
    statusSince: iso(observed.since),
    config: instance.config,
    secrets: Object.fromEntries(
      Object.entries(instance.secrets).map(([pointer, { setAt }]) => [pointer, { setAt: iso(setAt) }]),
    ),
    catchUpSeconds: instance.catchUpSeconds,
    withheld: instance.withheld,
    rooms: instance.rooms,
    counts: instance.counts,
    overflow: overflow && {
      ...{ refused: overflow.refused, isFull: overflow.isFull },
      ...{ since: iso(overflow.since), lastAt: iso(overflow.lastAt) },
    },
    lastAnswerAt: isoOrNull(instance.lastAnswerAt),
    health: instance.health.map(({ since, ...check }) => ({ ...check, since: iso(since) })),
    webhooks: instance.webhooks.map(({ last, ...webhook }) => ({
      ...webhook,
      last: last && { at: iso(last.at), status: last.status },
    })),
    managed: instance.managed,
    etag: instance.etag,
  };
}

export function toFailedDelivery({
  id,
  roomId,
  event,
  error,
  failedAt,
}: StoredFailedDelivery): FailedDelivery {
  const { event_id, sender, type, content } = JSON.parse(event) as RoomEvent;
  const { code, message, stack } = error;
  return {
    ...{ id, roomId, eventId: event_id, sender, type, failedAt: iso(failedAt) },
    text: typeof content.body === "string" ? content.body.slice(0, 500) : null,
    error: { code, message, ...(stack === undefined ? {} : { stack }) },
  };
}

export function toDelivery(view: DeliveryView): Delivery {
  const { id, state, roomId, eventId, sender, type, handlers, attempts, durationMs } = view;
  const { reason, error, calls, callsLeftOut } = view;
  const { code = "", message = "", stack } = error ?? {};
  return {
    ...{ id, state, roomId, eventId, sender, type, sentAt: isoOrNull(view.sentAt) },
    reason: reason && { code: reason, message: DELIVERY_REASONS[reason] },
    ...{ handlers, attempts, runAt: isoOrNull(view.runAt), startedAt: isoOrNull(view.startedAt) },
    ...{ endedAt: isoOrNull(view.endedAt), durationMs, calls, callsLeftOut },
    error: error && { code, message, ...(stack === undefined ? {} : { stack }) },
  };
}

export function toLogLine({ id, at, level, message, stack }: InstanceLogLine): LogLine {
  return { id, at: iso(at), level, message, ...(stack === undefined ? {} : { stack }) };
}

export function toFeedData(event: FeedEvent): StatusEvent | LogEvent | DeliveriesEvent | ChangedEvent {
  if (event.kind === "changed") return { of: event.of };
  const instance = event.instanceId;
  if (event.kind === "log") return { instance, ...toLogLine(event.line) };
  if (event.kind === "deliveries") {
    const { arrived, handled, failed } = event.tallied;
    return { instance, arrived, handled, failed };
  }
  const { status = null, reason = null, since = null } = event.observed ?? {};
  return { instance, status, statusReason: reason, statusSince: isoOrNull(since) };
}
