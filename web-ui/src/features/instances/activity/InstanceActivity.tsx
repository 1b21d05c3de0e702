import { Button, Group, NativeSelect, Text } from "@mantine/core";
import type { DeliveryState } from "@rookery/host/api";
import { IconActivity } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { DELIVERY_STATES, deliveriesQuery } from "../../../api/deliveries.ts";
import { EmptyState } from "../../../components/EmptyState.tsx";
import { QueryView } from "../../../components/QueryView.tsx";
import { texts as words } from "../../../texts.ts";
import { texts } from "../texts.ts";
import classes from "./Activity.module.css";
import { DeliveryItem } from "./DeliveryItem.tsx";

const route = getRouteApi("/signed-in/instances/$id/activity");

const PAGES = [50, 200, 500] as const;
const choices = [
  { value: "", label: texts.anyState },
  ...DELIVERY_STATES.map((state) => ({ value: state, label: words.deliveryState[state] })),
];

/** Why did it not answer? The last events of an instance, the newest first, and what became of each. */
export function InstanceActivity() {
  const { id } = route.useParams();
  const { state } = route.useSearch();
  const [page, setPage] = useState(0);
  const limit = PAGES[page] ?? 500;
  const deliveries = useQuery(deliveriesQuery(id, state, limit));
  return (
    <>
      <Group justify="space-between" align="flex-end" mb="sm">
        <Text c="dimmed" className={classes.lead}>
          {texts.activityLead}
        </Text>
        <StateChoice id={id} state={state} />
      </Group>
      <QueryView query={deliveries}>
        {(list) =>
          list.length === 0 ? (
            <NothingYet filtered={state !== undefined} />
          ) : (
            <>
              <ul className={classes.list} aria-label={texts.activity}>
                {list.map((delivery) => (
                  <DeliveryItem key={delivery.id} delivery={delivery} />
                ))}
              </ul>
              {list.length === limit && page < PAGES.length - 1 && (
                <Button
                  variant="default"
                  mt="md"
                  loading={deliveries.isPlaceholderData}
                  onClick={() => setPage(page + 1)}
                >
                  {texts.older}
                </Button>
              )}
            </>
          )
        }
      </QueryView>
    </>
  );
}

function StateChoice({ id, state }: { id: string; state: DeliveryState | undefined }) {
  const navigate = useNavigate();
  return (
    <NativeSelect
      label={texts.show}
      data={choices}
      value={state ?? ""}
      onChange={(event) => {
        const chosen = event.currentTarget.value as DeliveryState | "";
        const search = chosen === "" ? {} : { state: chosen };
        void navigate({ to: "/instances/$id/activity", params: { id }, search, replace: true });
      }}
    />
  );
}

function NothingYet({ filtered }: { filtered: boolean }) {
  if (filtered) return <Text>{texts.activityNone}</Text>;
  return (
    <EmptyState
      icon={<IconActivity size={40} />}
      title={texts.activityEmpty}
      detail={texts.activityEmptyDetail}
    />
  );
}
