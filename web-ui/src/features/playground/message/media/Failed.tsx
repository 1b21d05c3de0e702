import { Button } from "@mantine/core";
import { texts } from "../../texts.ts";
import classes from "./Media.module.css";

export function Failed({ name, retry }: { name: string; retry: () => void }) {
  return (
    <span className={classes.failed} role="alert">
      {texts.mediaFailed(name)}
      <Button size="compact-xs" variant="default" onClick={retry}>
        {texts.again}
      </Button>
    </span>
  );
}
