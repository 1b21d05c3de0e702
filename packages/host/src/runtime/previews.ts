import { rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import type { PreviewChoice } from "@rookery/plugin-sdk/protocol";
import { reasonOf } from "../errors.ts";
import type { UploadedFile } from "../matrix/media.ts";
import type { MadePreview } from "../pictures/preview-frames.ts";
import type { InFlight } from "./dispatcher.ts";
import type { HeldFile } from "./files.ts";
import type { InstanceScope } from "./instance-scope.ts";
import { uploadOnce } from "./uploads.ts";

/** What is shown of a picture until it is loaded. */
export interface Preview {
  blurhash: string;
  thumbnail?: HeldFile & UploadedFile;
}

/** Who wants a held picture's preview. */
export interface PreviewDemand {
  /** When it was first asked for, as `performance.now()` has it. */
  since: number;
  /** Sendings that wait for it. */
  waiting: number;
  /** The file was uploaded ahead, and not sent yet. */
  ahead: boolean;
}

const TYPES = new Set(["image/jpeg", "image/png", "image/webp"]);
/** A smaller picture is its own thumbnail. */
const SMALL = { width: 800, height: 600, bytes: 100_000 };

/**
 * The preview of a held picture, made and uploaded once; `undefined` where there is none, and then the
 * instance's log says why. Never rejects.
 *
 * @param choice `"blurhash"`: without a thumbnail
 * @param encrypted as an encrypted room needs it
 */
function previewOnce(
  scope: InstanceScope,
  file: HeldFile,
  encrypted: boolean,
  choice: PreviewChoice,
  name = "picture",
): Promise<Preview | undefined> {
  if (choice === false || !TYPES.has(file.type)) return Promise.resolve(undefined);
  demandOf(file);
  const there = encrypted ? file.encrypted : file.plain;
  if (choice === "blurhash") {
    there.blurhash ??= there.preview ?? makePreview(scope, file, encrypted, false, name);
    return there.blurhash;
  }
  there.preview ??= makePreview(scope, file, encrypted, needsThumbnail(file), name);
  return there.preview;
}

/** Begins with a preview before its file is sent; nobody waits for it. */
export function previewAhead(
  scope: InstanceScope,
  file: HeldFile,
  encrypted: boolean,
  choice: PreviewChoice,
  name: string | undefined,
): void {
  const preview = previewOnce(scope, file, encrypted, choice, name);
  if (file.demand && choice !== false) file.demand.ahead = true;
  void preview;
}

/** A file was sent as one that has no preview: what was begun ahead is uploaded no more. */
export function forgoPreview({ demand }: HeldFile): void {
  if (demand) demand.ahead = false;
}

/**
 * Likewise, but it does not hold up what is sent: it has the time until the file is uploaded, and until the scope's
 * patience is over, counted from when it was first asked for: the pictures of a post that were uploaded ahead wait side
 * by side. Those that are sent one after the other without it share one patience: what a delivery waited in vain, it does
 * not wait again. What comes later is there when the file is sent again, without a thumbnail.
 */
export async function previewInTime(
  scope: InstanceScope,
  delivery: Pick<InFlight, "waitedForPreviews">,
  file: HeldFile,
  encrypted: boolean,
  choice: PreviewChoice,
  name: string,
  uploaded: Promise<unknown>,
): Promise<Preview | undefined> {
  if (choice === false) forgoPreview(file);
  const preview = previewOnce(scope, file, encrypted, choice, name);
  const { demand } = file;
  if (choice === false || !demand) return await preview;
  demand.ahead = false;
  demand.waiting++;
  const settled = new AbortController();
  const begin = performance.now();
  const patienceMs = scope.previewPatienceMs - (delivery.waitedForPreviews ?? 0);
  const left = Math.max(0, demand.since + patienceMs - begin);
  const waited = delay(left, undefined, { signal: settled.signal });
  const late = Promise.allSettled([uploaded, waited]).then(() => {
    if (settled.signal.aborted) return undefined;
    delivery.waitedForPreviews = (delivery.waitedForPreviews ?? 0) + performance.now() - begin;
    tell(scope, name, "It was not ready in time.");
    return undefined;
  });
  try {
    return await Promise.race([preview, late]);
  } finally {
    settled.abort();
    demand.waiting--;
  }
}

async function makePreview(
  scope: InstanceScope,
  file: HeldFile,
  encrypted: boolean,
  thumbnail: boolean,
  name: string,
): Promise<Preview | undefined> {
  let made: MadePreview;
  try {
    const { path, size, type, width, height } = file;
    made = await scope.decodePicture({ path, size, type, width, height, thumbnail }, () =>
      isHeld(scope, file),
    );
  } catch (error) {
    // What was closed before it was sent misses nothing.
    if (isHeld(scope, file) || demandOf(file).waiting > 0) tell(scope, name, reasonWithoutPath(error));
    return undefined;
  }
  try {
    const { waiting, ahead } = demandOf(file);
    const isWanted = waiting > 0 || (ahead && isHeld(scope, file));
    const uploaded =
      made.thumbnail && isWanted && (await uploadThumbnail(scope, made.thumbnail, encrypted, name));
    return { blurhash: made.blurhash, ...(uploaded ? { thumbnail: uploaded } : {}) };
  } catch (error) {
    tell(scope, name, `Its thumbnail could not be uploaded: ${reasonWithoutPath(error)}`);
    return { blurhash: made.blurhash };
  }
}

/** Uploaded as any file is: what the decoder made is a picture, or is not sent as one. */
async function uploadThumbnail(
  scope: InstanceScope,
  bytes: Uint8Array,
  encrypted: boolean,
  name: string,
): Promise<HeldFile & UploadedFile> {
  scope.signal.throwIfAborted();
  const file = await scope.files.addOwn(bytes);
  try {
    return { ...file, ...(await uploadOnce(scope, file, encrypted, `thumbnail of ${name}`)) };
  } finally {
    await rm(file.path, { force: true });
  }
}

function needsThumbnail({ size, width = 0, height = 0 }: HeldFile): boolean {
  return size > SMALL.bytes || width > SMALL.width || height > SMALL.height;
}

function demandOf(file: HeldFile): PreviewDemand {
  file.demand ??= { since: performance.now(), waiting: 0, ahead: false };
  return file.demand;
}

function isHeld({ signal, files }: InstanceScope, file: HeldFile): boolean {
  return !signal.aborted && files.isHeld(file);
}

/** The log is read by people who need not know where the host keeps its files. */
function reasonWithoutPath(error: unknown): string {
  const { code, path } = error as NodeJS.ErrnoException;
  return path === undefined ? reasonOf(error) : `${code}.`;
}

function tell({ log, signal }: InstanceScope, name: string, why: string): void {
  if (!signal.aborted) log({ level: "debug", message: `${name} is sent without a preview. ${why}` });
}
