import { Button, Text } from "@mantine/core";
import type { Instance } from "@rookery/host/api";
import { IconFlask } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { playgroundQuery } from "../../api/playground.ts";
import classes from "./FirstRun.module.css";
import { texts } from "./texts.ts";

/** Until a bot has answered for the first time: where one can talk to it. */
export function TryPlayground({ instances }: { instances: Instance[] }) {
  const playground = useQuery(playgroundQuery).data;
  if (!playground || instances.some((instance) => instance.lastAnswerAt !== null)) return null;
  return (
    <section className={`${classes.steps} ${classes.step}`}>
      <span className={classes.mark}>
        <IconFlask size={20} aria-hidden />
      </span>
      <div className={classes.words}>
        <Text fw={600}>{texts.tryTitle}</Text>
        <Text c="dimmed">{texts.tryDetail}</Text>
      </div>
      <Button component={Link} to="/playground">
        {texts.tryAction}
      </Button>
    </section>
  );
}
