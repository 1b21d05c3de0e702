import { MatrixError } from "matrix-bot-sdk";
import type { HostMatrixClient } from "./client.ts";

const KEPT_MS = 60 * 60_000;

/**
 * How large a file the homeserver takes, in bytes, asked once an hour; `null` where it does not say.
 * https://spec.matrix.org/latest/client-server-api/#get_matrixclientv1mediaconfig
 */
export function createUploadLimit(
  client: Pick<HostMatrixClient, "doRequest">,
  now = Date.now,
): () => Promise<number | null> {
  let kept: { until: number; bytes: Promise<number | null> } | undefined;
  return () => {
    if (kept && now() < kept.until) return kept.bytes;
    const asked = { until: now() + KEPT_MS, bytes: ask(client) };
    // What failed is asked again by the next who wants to know.
    asked.bytes.catch(() => {
      if (kept === asked) kept = undefined;
    });
    kept = asked;
    return asked.bytes;
  };
}

async function ask(client: Pick<HostMatrixClient, "doRequest">): Promise<number | null> {
  for (const path of ["/_matrix/client/v1/media/config", "/_matrix/media/v3/config"]) {
    try {
      const { "m.upload.size": bytes } = (await client.doRequest("GET", path)) as Record<string, unknown>;
      return typeof bytes === "number" && Number.isSafeInteger(bytes) && bytes > 0 ? bytes : null;
    } catch (error) {
      // A server from before authenticated media knows the older address only.
      if (!(error instanceof MatrixError) || ![404, 405].includes(error.statusCode)) throw error;
    }
  }
  return null;
}
