import { IconBroadcast } from "@tabler/icons-react";
import { useIsConnected } from "../../api/live/use-live.ts";
import { texts } from "../../texts.ts";
import classes from "./LiveState.module.css";

/** Shows that the host tells of changes as they happen. (`ConnectionState` says so to who hears the page.) */
export function LiveState() {
  if (!useIsConnected()) return null;
  return (
    <span className={classes.live} title={texts.liveHint} aria-hidden>
      <IconBroadcast size={16} />
      {texts.live}
    </span>
  );
}
