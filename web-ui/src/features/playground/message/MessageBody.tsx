import { texts } from "../texts.ts";
import type { MessageContent, Text } from "../timeline/content.ts";
import { FileLink } from "./FileLink.tsx";
import { FormattedText } from "./FormattedText.tsx";
import { linkify } from "./linkify.ts";
import classes from "./MessageBody.module.css";
import { AudioMedia } from "./media/AudioMedia.tsx";
import { ImageMedia } from "./media/ImageMedia.tsx";
import { VideoMedia } from "./media/VideoMedia.tsx";

/** What a message says: text, or a file with its caption. */
export function MessageBody({ content, sender }: { content: MessageContent | undefined; sender: string }) {
  if (!content) return <em className={classes.removed}>{texts.removed}</em>;
  if (content.kind === "text") return <TextBody text={content} sender={sender} />;
  return (
    <>
      <Media content={content} />
      {content.caption && (
        <div className={classes.caption}>
          <TextBody text={content.caption} sender={sender} />
        </div>
      )}
    </>
  );
}

function Media({ content }: { content: Exclude<MessageContent, Text> }) {
  switch (content.kind) {
    case "image":
      return <ImageMedia image={content} />;
    case "video":
      return <VideoMedia video={content} />;
    case "audio":
      return <AudioMedia audio={content} />;
    case "file":
      return <FileLink file={content} />;
  }
}

function TextBody({ text, sender }: { text: Text; sender: string }) {
  const body = text.html !== undefined ? <FormattedText html={text.html} /> : <Plain body={text.body} />;
  if (text.flavour === "emote") {
    return (
      <span className={classes.emote}>
        <span>* {sender} </span>
        {body}
      </span>
    );
  }
  return text.flavour === "notice" ? <div className={classes.notice}>{body}</div> : body;
}

function Plain({ body }: { body: string }) {
  let offset = 0;
  return (
    <span className={classes.plain}>
      {linkify(body).map(({ text, href }) => {
        const key = offset;
        offset += text.length;
        return href ? (
          <a key={key} href={href} target="_blank" rel="noreferrer noopener">
            {text}
          </a>
        ) : (
          <span key={key}>{text}</span>
        );
      })}
    </span>
  );
}
