import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { contentQuery, type InstanceFile } from "../../../api/files.ts";
import { byteSize } from "../../../components/byte-size.ts";
import { QueryView } from "../../../components/QueryView.tsx";
import { describeFile, type Showable } from "./describe.ts";
import classes from "./FilePreview.module.css";
import { texts } from "./texts.ts";

const SHOWN_BYTES = 64 * 1024;

/**
 * A file as it can be looked at. It came from anywhere: a picture is drawn as the kind that its content is, and text is
 * shown letter by letter, whatever markup it has.
 */
export function FilePreview({ id, file, shown }: { id: string; file: InstanceFile; shown: Showable }) {
  const content = useQuery(contentQuery(id, file.file, file.size));
  return (
    <QueryView query={content}>
      {(blob) => {
        if (!blob) return <Text>{texts.notShown}</Text>;
        return shown.as === "picture" ? (
          <Picture blob={blob} type={shown.type} label={describeFile(file)} />
        ) : (
          <Words blob={blob} />
        );
      }}
    </QueryView>
  );
}

function Picture({ blob, type, label }: { blob: Blob; type: string; label: string }) {
  const [url, setUrl] = useState<string>();
  const [isBroken, setIsBroken] = useState(false);
  useEffect(() => {
    const made = URL.createObjectURL(new Blob([blob], { type }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob, type]);
  if (isBroken) return <Text>{texts.notShown}</Text>;
  return url && <img className={classes.picture} src={url} alt={label} onError={() => setIsBroken(true)} />;
}

function Words({ blob }: { blob: Blob }) {
  const [words, setWords] = useState<string>();
  useEffect(() => {
    let isCurrent = true;
    void blob
      .slice(0, SHOWN_BYTES)
      .text()
      .then((text) => isCurrent && setWords(text));
    return () => {
      isCurrent = false;
    };
  }, [blob]);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre className={classes.words} tabIndex={0}>
        {words}
      </pre>
      {blob.size > SHOWN_BYTES && (
        <Text size="xs" c="dimmed">
          {texts.cut(byteSize(SHOWN_BYTES))}
        </Text>
      )}
    </>
  );
}
