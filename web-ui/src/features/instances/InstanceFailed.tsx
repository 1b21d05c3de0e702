import { Button, Stack, Text } from "@mantine/core";
import type { FailedDelivery, Instance } from "@rookery/host/api";
import { IconCircleCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { failedQuery, instanceQuery, useRerun } from "../../api/instances.ts";
import { EmptyState } from "../../components/EmptyState.tsx";
import { ProblemAlert } from "../../components/ProblemAlert.tsx";
import { QueryView } from "../../components/QueryView.tsx";
import { RelativeTime } from "../../components/RelativeTime.tsx";
import { useToast } from "../../components/toasts/Toasts.tsx";
import { whatFailed, whereFrom } from "./failure.ts";
import classes from "./InstanceFailed.module.css";
import { texts } from "./texts.ts";

const route = getRouteApi("/signed-in/instances/$id/failed");

/** The API gives no more than these. */
const SHOWN = 200;

/** Events whose handler threw: what, why, where in the author's code, and the way to have them run again. */
export function InstanceFailed() {
  const { id } = route.useParams();
  const instance = useQuery(instanceQuery(id)).data;
  const failed = useQuery(failedQuery(id));
  // Not the list's: the last one vanishes from it when it runs, which may be before the answer comes.
  const rerun = useRerun(id);
  if (!instance) return null;
  return (
    <QueryView query={failed}>
      {(list) =>
        list.length === 0 ? (
          <EmptyState
            icon={<IconCircleCheck size={40} />}
            title={texts.failuresEmpty}
            detail={texts.failuresEmptyDetail}
          />
        ) : (
          <Failures instance={instance} list={list} rerun={rerun} />
        )
      }
    </QueryView>
  );
}

interface FailuresProps {
  instance: Instance;
  list: FailedDelivery[];
  rerun: ReturnType<typeof useRerun>;
}

function Failures({ instance, list, rerun: { mutate, isPending, variables, error } }: FailuresProps) {
  const toast = useToast();
  const rerun = (delivery: FailedDelivery) => {
    const what = whatFailed(delivery);
    const message =
      instance.status === "running" ? texts.runsAgain(what) : texts.runsLater(what, instance.id);
    mutate(delivery.id, { onSuccess: () => toast({ message }) });
  };
  return (
    <Stack gap="sm">
      <Text c="dimmed">
        {texts.failuresLead} {list.length === SHOWN && texts.failuresShown(SHOWN)}
      </Text>
      <ProblemAlert error={error} />
      <ul className={classes.list}>
        {list.map((delivery) => (
          <Failure
            key={delivery.id}
            delivery={delivery}
            pending={isPending && variables === delivery.id}
            onRerun={() => rerun(delivery)}
          />
        ))}
      </ul>
    </Stack>
  );
}

function Failure({
  delivery,
  pending,
  onRerun,
}: {
  delivery: FailedDelivery;
  pending: boolean;
  onRerun: () => void;
}) {
  const { error, failedAt } = delivery;
  const from = whereFrom(delivery);
  return (
    <li className={classes.item}>
      <div className={classes.words}>
        <Text fw={600} className={classes.what}>
          {whatFailed(delivery)}
        </Text>
        <Text c="dimmed" size="sm">
          {from && `${from} · `}
          <RelativeTime at={failedAt} />
        </Text>
        <Text className={classes.error}>{error.message}</Text>
        {error.stack && (
          <details>
            <summary>{texts.stack}</summary>
            <pre>{error.stack}</pre>
          </details>
        )}
      </div>
      <Button
        size="xs"
        variant="default"
        loading={pending}
        onClick={onRerun}
        aria-label={texts.rerunOf(whatFailed(delivery))}
      >
        {texts.rerun}
      </Button>
    </li>
  );
}
