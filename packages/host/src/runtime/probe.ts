import { open } from "node:fs/promises";

/** What a file's content says of it. */
export interface Probe {
  type: string;
  width?: number;
  height?: number;
  durationMs?: number;
}

const HEAD_BYTES = 64 * 1024;

/**
 * Reads type, dimensions and duration from the content, never from what a server claimed. The
 * readers are loaded when the first file comes: a host without media does not pay for them.
 */
export async function probeFile(path: string): Promise<Probe> {
  const { fileTypeFromBuffer } = await import("file-type");
  const head = await readHead(path);
  const type = (await fileTypeFromBuffer(head))?.mime ?? guessText(head);
  if (type.startsWith("image/")) return { type, ...(await imageSize(head)) };
  if (type.startsWith("video/") || type.startsWith("audio/")) return { type, ...(await mediaInfo(path)) };
  return { type };
}

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function guessText(head: Buffer): string {
  if (/^\s*(<!doctype html|<html)/i.test(head.subarray(0, 200).toString("latin1"))) return "text/html";
  return head.includes(0) ? "application/octet-stream" : "text/plain";
}

async function imageSize(head: Buffer): Promise<Pick<Probe, "width" | "height">> {
  const { imageSize } = await import("image-size");
  try {
    const { width, height, orientation } = imageSize(head);
    return orientation !== undefined && orientation >= 5
      ? { width: height, height: width }
      : { width, height };
  } catch {
    // A kind of picture that the reader does not know: the size stays unsaid.
    return {};
  }
}

async function mediaInfo(path: string): Promise<Omit<Probe, "type">> {
  const { ALL_FORMATS, FilePathSource, Input } = await import("mediabunny");
  const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
  try {
    const video = await input.getPrimaryVideoTrack();
    const seconds = await input.computeDuration();
    return {
      ...(Number.isFinite(seconds) ? { durationMs: Math.round(seconds * 1000) } : {}),
      ...(video ? { width: video.displayWidth, height: video.displayHeight } : {}),
    };
  } catch {
    // A container that the reader does not know: what it holds stays unsaid.
    return {};
  } finally {
    input.dispose();
  }
}
