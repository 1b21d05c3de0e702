import type { MatrixClient } from "../matrix/client.ts";
import type { Content } from "../matrix/types.ts";

interface Preview {
  width: number;
  height: number;
  durationMs?: number;
  poster?: Blob;
}

/** What is known about a file before it is uploaded: its message type, and its size in pixels and time. */
export async function inspect(file: File): Promise<{ msgtype: string; info: Content; poster?: Blob }> {
  const info = { mimetype: file.type || "application/octet-stream", size: file.size };
  const kind = file.type.split("/")[0];
  if (kind !== "image" && kind !== "video") {
    return { msgtype: kind === "audio" ? "m.audio" : "m.file", info };
  }
  const preview = await (kind === "image" ? previewImage(file) : previewVideo(file)).catch(() => undefined);
  // What this browser cannot show may still be shown by another: it goes as a plain file.
  if (!preview) return { msgtype: "m.file", info };
  return {
    msgtype: `m.${kind}`,
    info: {
      ...info,
      w: preview.width,
      h: preview.height,
      ...(preview.durationMs !== undefined && { duration: preview.durationMs }),
    },
    ...(preview.poster && { poster: preview.poster }),
  };
}

/** Uploads a video's first picture and gives what belongs into `info` for it. */
export async function uploadPoster(client: Pick<MatrixClient, "upload">, poster: Blob, info: Content) {
  const url = await client.upload(poster, "poster.jpg", {});
  return {
    ...info,
    thumbnail_url: url,
    thumbnail_info: { w: info.w, h: info.h, mimetype: poster.type, size: poster.size },
  };
}

async function previewImage(file: File): Promise<Preview> {
  const bitmap = await createImageBitmap(file);
  const { width, height } = bitmap;
  bitmap.close();
  return { width, height };
}

async function previewVideo(file: File): Promise<Preview> {
  const url = URL.createObjectURL(file);
  try {
    const video = document.createElement("video");
    video.muted = true;
    video.preload = "auto";
    await new Promise((resolve, reject) => {
      video.onloadeddata = resolve;
      video.onerror = () => reject(new Error(`${file.name} cannot be shown here`));
      video.src = url;
    });
    const { videoWidth: width, videoHeight: height, duration } = video;
    const poster = await drawPoster(video);
    return { width, height, durationMs: Math.round(duration * 1000), ...(poster && { poster }) };
  } finally {
    URL.revokeObjectURL(url);
  }
}

function drawPoster(video: HTMLVideoElement): Promise<Blob | null> {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d")?.drawImage(video, 0, 0);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.8));
}
