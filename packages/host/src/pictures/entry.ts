import { createFrameReader, toFrame } from "@rookery/plugin-sdk/protocol";
import { makePreview } from "./make-preview.ts";
import { MAX_PICTURE_BYTES, type PreviewAnswer, type PreviewRequest } from "./preview-frames.ts";

let request: PreviewRequest | null = null;

const read = createFrameReader(MAX_PICTURE_BYTES, (payload) => {
  if (request === null) {
    request = JSON.parse(payload.toString()) as PreviewRequest;
    return;
  }
  const asked = request;
  request = null;
  // Copied, since what waits for its turn is not there any more afterwards.
  void makePreview(Uint8Array.from(payload), asked).then(
    ({ blurhash, thumbnail }) => answer({ blurhash }, thumbnail),
    (error: unknown) => answer({ failed: error instanceof Error ? error.message : String(error) }),
  );
});

function answer(given: PreviewAnswer, thumbnail: Uint8Array = new Uint8Array()): void {
  process.stdout.write(toFrame(JSON.stringify(given)));
  process.stdout.write(toFrame(thumbnail));
}

process.stdin.on("data", read);
// The host needs it no more, or is gone.
process.stdin.on("end", () => process.exit());
