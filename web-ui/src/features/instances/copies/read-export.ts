/** What an exported file says of itself, before it is sent anywhere. The host reads it again, and judges it. */
export interface Exported {
  id: string;
  plugin: { id: string; version: string };
  accountUserId: string;
  /** `null` where it says none. */
  exportedAt: string | null;
  /** Secret settings that were set. */
  secrets: number;
  /** Whether their values are in the file, sealed with a passphrase. */
  isSealed: boolean;
  /** Of its database and its key-value store together. */
  dataBytes: number;
}

const BLOCK = 512;
/** As the host has it. */
const MAX_MANIFEST = 1024 * 1024;

/**
 * Reads the first part of an exported file, a gzipped tar archive that begins with its manifest.
 *
 * @returns `undefined` where it is no such file
 */
export async function readExport(file: Blob): Promise<Exported | undefined> {
  const bytes = file.stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  let held = new Uint8Array();
  async function take(size: number): Promise<Uint8Array> {
    while (held.length < size) {
      const { done, value } = await bytes.read();
      if (done) throw new RangeError("It ends in the middle.");
      const longer = new Uint8Array(held.length + value.length);
      longer.set(held);
      longer.set(value, held.length);
      held = longer;
    }
    const taken = held.subarray(0, size);
    held = held.slice(size);
    return taken;
  }
  try {
    const header = new TextDecoder("latin1").decode(await take(BLOCK));
    const size = Number.parseInt(header.slice(124, 135), 8);
    if (!header.startsWith("manifest.json\0") || !(size <= MAX_MANIFEST)) return undefined;
    return exportedIn(JSON.parse(new TextDecoder().decode(await take(size))));
  } catch {
    // No gzip, too short, no JSON: somebody chose another file.
    return undefined;
  } finally {
    // The rest of it is nobody's. Where it was broken already, that was said above.
    bytes.cancel().catch(() => undefined);
  }
}

/** A newer Rookery may say more; what this one does not find, it does not need, but for the names. */
function exportedIn(manifest: {
  plugin: { id: unknown; version: unknown };
  instance: { id: unknown; secretSettings?: unknown };
  accountUserId?: unknown;
  exportedAt?: unknown;
  secrets?: unknown;
  data?: unknown;
}): Exported | undefined {
  const { plugin, instance, secrets, accountUserId, exportedAt } = manifest;
  if (typeof plugin.id !== "string" || typeof instance.id !== "string") return undefined;
  const data: { size?: unknown }[] = Array.isArray(manifest.data) ? manifest.data : [];
  return {
    id: instance.id,
    plugin: { id: plugin.id, version: String(plugin.version) },
    accountUserId: String(accountUserId ?? ""),
    exportedAt: Number.isNaN(Date.parse(String(exportedAt))) ? null : String(exportedAt),
    secrets: Array.isArray(instance.secretSettings) ? instance.secretSettings.length : 0,
    isSealed: typeof secrets === "object" && secrets !== null,
    dataBytes: data.reduce((sum, { size }) => sum + (Number(size) || 0), 0),
  };
}
