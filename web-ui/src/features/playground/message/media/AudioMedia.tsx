import { Loader } from "@mantine/core";
import type { MessageContent } from "../../timeline/content.ts";
import { Failed } from "./Failed.tsx";
import { useMedia } from "./use-media.ts";

export function AudioMedia({ audio }: { audio: Extract<MessageContent, { kind: "audio" }> }) {
  const media = useMedia(audio.url);
  if (media.state === "failed") return <Failed name={audio.name} retry={media.retry} />;
  return (
    <div>
      <div>{audio.name}</div>
      {media.state === "ready" ? (
        // biome-ignore lint/a11y/useMediaCaption: what people send comes without captions
        <audio src={media.url} controls aria-label={audio.name} style={{ maxWidth: "100%", height: 40 }} />
      ) : (
        <div style={{ height: 40 }}>
          <Loader size="sm" />
        </div>
      )}
    </div>
  );
}
