import { useEffect, useState } from "react";
import { useChat } from "../../chat-context.tsx";

export type Media =
  | { state: "waiting" }
  | { state: "ready"; url: string }
  | { state: "failed"; retry: () => void };

/**
 * Fetches what an mxc URI names, with the token, and gives it as a `blob:` URL that lasts
 * as long as it is shown. `undefined` fetches nothing yet.
 */
export function useMedia(uri: string | undefined): Media {
  const { client } = useChat();
  const [attempt, setAttempt] = useState(0);
  const [loaded, setLoaded] = useState<{ uri: string; url: string | null }>();
  // What is being uploaded is shown from the file itself.
  const local = uri?.startsWith("blob:") ?? false;

  // Another attempt fetches again, which is why it is among the dependencies.
  useEffect(() => {
    if (!uri || local) return;
    const abort = new AbortController();
    let url: string | null = null;
    const load = async () => {
      try {
        const blob = await client.download(uri, abort.signal);
        if (abort.signal.aborted) return;
        url = URL.createObjectURL(blob);
      } catch {
        if (abort.signal.aborted) return;
      }
      setLoaded({ uri, url });
    };
    void load();
    return () => {
      abort.abort();
      if (url) URL.revokeObjectURL(url);
    };
  }, [client, uri, local, attempt]);

  if (uri && local) return { state: "ready", url: uri };
  if (!loaded || loaded.uri !== uri) return { state: "waiting" };
  if (loaded.url) return { state: "ready", url: loaded.url };
  return {
    state: "failed",
    retry: () => {
      setLoaded(undefined);
      setAttempt((before) => before + 1);
    },
  };
}
