import { createHash, randomUUID } from "node:crypto";

/** A request to a webhook, whole, as the listener read it. */
export interface WebhookRequest {
  method: string;
  /** Below the instance's own. */
  path: string;
  /** What was asked for, query included. */
  url: string;
  /** By their names in lower case. */
  headers: Record<string, string>;
  address: string;
  body: Buffer;
}

/**
 * Where senders put an ID that stays the same when they send a request again: Standard Webhooks, Svix,
 * GitHub, Gitea and Forgejo, Gogs, Shopify, GitLab and others.
 */
const SENDERS_IDS = [
  ...["webhook-id", "svix-id", "x-github-delivery", "x-gitea-delivery", "x-forgejo-delivery"],
  ...["x-gogs-delivery", "x-shopify-webhook-id", "idempotency-key"],
];

/**
 * The ID of the event that stands for a request; what its handler sends carries it on. A request that
 * its sender sends again has the same one. The body counts, too, so that nobody takes the place of a
 * request whose ID they guessed.
 */
export function eventIdOf({ method, path, headers, body }: WebhookRequest): {
  eventId: string;
  once: boolean;
} {
  const name = SENDERS_IDS.find((each) => headers[each]);
  const prefix = `$webhook:${path}:`;
  if (name === undefined) return { eventId: prefix + randomUUID(), once: false };
  const named = createHash("sha256")
    .update(JSON.stringify([method, path, name, headers[name]]))
    .update(body);
  return { eventId: prefix + named.digest("base64url"), once: true };
}
