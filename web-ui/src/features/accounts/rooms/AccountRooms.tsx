import { Button, Stack, Text } from "@mantine/core";
import type { Account } from "@rookery/host/api";
import { IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { accountQuery, accountRoomsQuery, invitesQuery } from "../../../api/accounts.ts";
import { QueryView } from "../../../components/QueryView.tsx";
import { RelativeTime } from "../../../components/RelativeTime.tsx";
import { texts } from "../texts.ts";
import classes from "./AccountRooms.module.css";
import { Invitations } from "./Invitations.tsx";
import { JoinedRooms } from "./JoinedRooms.tsx";

const route = getRouteApi("/signed-in/accounts/$id/rooms");

export function AccountRooms() {
  const { id } = route.useParams();
  const account = useQuery(accountQuery(id)).data;
  return account ? <Rooms account={account} /> : null;
}

/** Where an account is, and where it is invited to, as its homeserver has it. */
function Rooms({ account }: { account: Account }) {
  const rooms = useQuery(accountRoomsQuery(account.id));
  const invites = useQuery(invitesQuery(account.id));
  const lookAgain = () => void Promise.all([rooms.refetch(), invites.refetch()]);
  return (
    <Stack gap={32}>
      <div className={classes.asked}>
        <Text c="dimmed">
          {texts.asOfHomeserver}
          {rooms.dataUpdatedAt > 0 && (
            <>
              {", "}
              <RelativeTime at={new Date(rooms.dataUpdatedAt).toISOString()} />
            </>
          )}
        </Text>
        <Button
          size="compact-sm"
          variant="default"
          leftSection={<IconRefresh size={14} aria-hidden />}
          loading={rooms.isFetching || invites.isFetching}
          onClick={lookAgain}
        >
          {texts.lookAgain}
        </Button>
      </div>
      {/* Both come of one answer: what is wrong with it is said once. */}
      <QueryView query={rooms}>
        {(joined) => (
          <>
            <Invitations account={account} invites={invites.data ?? []} />
            <JoinedRooms account={account} rooms={joined} />
          </>
        )}
      </QueryView>
    </Stack>
  );
}
