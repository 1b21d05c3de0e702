import { texts } from "../texts.ts";
import classes from "./Thread.module.css";
import { useOpenThread } from "./use-open-thread.ts";

/** Says of a message that it is in a thread whose beginning is not loaded, and leads there. */
export function ThreadMark({ root }: { root: string }) {
  const openThread = useOpenThread();
  return (
    <button type="button" className={classes.mark} onClick={() => openThread(root)}>
      {texts.inThread}
    </button>
  );
}
