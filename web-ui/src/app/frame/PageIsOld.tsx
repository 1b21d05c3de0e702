import { Button, Text } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useState } from "react";
import { useIsPageOld } from "../../api/live/use-live.ts";
import { giveUpEdits, hasUnsavedEdits } from "../../components/unsaved.ts";
import { texts } from "../../texts.ts";
import { AskBeforeLoss } from "./AskBeforeLoss.tsx";
import classes from "./ConnectionState.module.css";

/** Says that Rookery was upgraded under the open page. It is loaded anew only by who is at it, who may be typing. */
export function PageIsOld() {
  const isOld = useIsPageOld();
  const [asks, setAsks] = useState(false);
  const load = () => {
    // The browser would ask once more.
    giveUpEdits();
    window.location.reload();
  };
  return (
    <div role="status">
      {isOld && (
        <div className={classes.lost}>
          <IconRefresh size={20} aria-hidden />
          <div>
            <Text fw={600}>{texts.pageOld.title}</Text>
            <Text>{texts.pageOld.detail}</Text>
            <Button
              mt={8}
              size="xs"
              variant="default"
              onClick={() => (hasUnsavedEdits() ? setAsks(true) : load())}
            >
              {texts.pageOld.action}
            </Button>
          </div>
        </div>
      )}
      <AskBeforeLoss opened={asks} onKeep={() => setAsks(false)} onLeave={load} />
    </div>
  );
}
