import { useState } from "react";
import { Dialog } from "../../../../components/Dialog.tsx";
import { texts } from "../../texts.ts";
import type { MessageContent } from "../../timeline/content.ts";
import { Failed } from "./Failed.tsx";
import classes from "./Media.module.css";
import { boxStyle } from "./media-box.ts";
import { useMedia } from "./use-media.ts";

/** A picture in its proportions; a press shows it in full. */
export function ImageMedia({ image }: { image: Extract<MessageContent, { kind: "image" }> }) {
  const media = useMedia(image.url);
  const [full, setFull] = useState(false);
  const style = boxStyle(image.width, image.height);
  if (media.state === "failed") {
    return (
      <span className={classes.box} style={style}>
        <Failed name={image.name} retry={media.retry} />
      </span>
    );
  }
  return (
    <>
      <button
        type="button"
        className={classes.box}
        style={style}
        aria-label={texts.openImage(image.name)}
        onClick={() => setFull(true)}
        disabled={media.state !== "ready"}
      >
        {media.state === "ready" && <img src={media.url} alt={image.name} />}
      </button>
      {media.state === "ready" && (
        <Dialog opened={full} onClose={() => setFull(false)} title={image.name} size="full">
          <img src={media.url} alt={image.name} className={classes.full} />
        </Dialog>
      )}
    </>
  );
}
