import { Loader } from "@mantine/core";
import { IconPlayerPlayFilled } from "@tabler/icons-react";
import { useState } from "react";
import { byteSize } from "../../../../components/byte-size.ts";
import { texts } from "../../texts.ts";
import type { MessageContent } from "../../timeline/content.ts";
import { clockTime } from "./clock-time.ts";
import { Failed } from "./Failed.tsx";
import classes from "./Media.module.css";
import { boxStyle } from "./media-box.ts";
import { useMedia } from "./use-media.ts";

type Video = Extract<MessageContent, { kind: "video" }>;

/** A video behind its poster: it is fetched only when one wants to see it. */
export function VideoMedia({ video }: { video: Video }) {
  const [wanted, setWanted] = useState(false);
  const poster = useMedia(video.thumbnailUrl);
  const media = useMedia(wanted ? video.url : undefined);
  const style = boxStyle(video.width, video.height);
  const posterUrl = poster.state === "ready" ? poster.url : undefined;
  if (media.state === "ready") {
    return (
      <span className={classes.box} style={style}>
        {/* biome-ignore lint/a11y/useMediaCaption: what people send comes without captions */}
        <video src={media.url} poster={posterUrl} controls autoPlay playsInline aria-label={video.name} />
      </span>
    );
  }
  if (media.state === "failed") {
    return (
      <span className={classes.box} style={style}>
        <Failed name={video.name} retry={media.retry} />
      </span>
    );
  }
  return (
    <button
      type="button"
      className={classes.box}
      style={style}
      aria-label={[texts.play(video.name), factsOf(video)].filter(Boolean).join(", ")}
      onClick={() => setWanted(true)}
    >
      {posterUrl && <img src={posterUrl} alt="" />}
      <span className={classes.play}>
        <span className={classes.disc}>
          {wanted ? <Loader size={24} color="#fff" /> : <IconPlayerPlayFilled size={24} aria-hidden />}
        </span>
      </span>
      {factsOf(video) && <span className={classes.facts}>{factsOf(video)}</span>}
    </button>
  );
}

/** "0:42 · 4.2 MB", as far as it is known. */
function factsOf({ durationMs, size }: Video): string {
  const facts = [durationMs !== undefined && clockTime(durationMs), size !== undefined && byteSize(size)];
  return facts.filter(Boolean).join(" · ");
}
