import { Text, Title } from "@mantine/core";
import type { Account, AccountRoom } from "@rookery/host/api";
import { IconMessages } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { instancesQuery } from "../../../api/instances.ts";
import { CardTable, Cell } from "../../../components/CardTable.tsx";
import { EmptyState } from "../../../components/EmptyState.tsx";
import { texts as shared } from "../../../texts.ts";
import { InstanceLinks } from "../InstanceLinks.tsx";
import { texts } from "../texts.ts";
import { useIsAdmin } from "../use-is-admin.ts";
import { actingIn } from "./acting-in.ts";
import { LeaveRoom } from "./LeaveRoom.tsx";
import { RoomName } from "./RoomName.tsx";

/** The rooms that an account is in, with who of its instances acts there. */
export function JoinedRooms({ account, rooms }: { account: Account; rooms: AccountRoom[] }) {
  const instances = useQuery(instancesQuery).data ?? [];
  const isAdmin = useIsAdmin();
  return (
    <section>
      <Title order={2} mb="xs">
        {texts.joined(rooms.length)}
      </Title>
      {rooms.length === 0 ? (
        <EmptyState
          icon={<IconMessages size={40} />}
          title={texts.noRooms}
          detail={shared.inviteIt[account.autojoin.policy](account.userId)}
        />
      ) : (
        <CardTable
          label={texts.rooms}
          columns={[texts.room, texts.members, texts.actsThere, ...(isAdmin ? [""] : [])]}
        >
          {rooms.map((room) => {
            const acting = actingIn(room.roomId, account.id, instances);
            return (
              <tr key={room.roomId}>
                <Cell>
                  <RoomName room={room} />
                </Cell>
                <Cell label={texts.members}>{room.members ?? texts.notSaid}</Cell>
                <Cell label={texts.actsThere}>
                  {acting.length > 0 ? (
                    <InstanceLinks ids={acting} />
                  ) : (
                    <Text span c="dimmed">
                      {texts.nobody}
                    </Text>
                  )}
                </Cell>
                {isAdmin && (
                  <Cell end>
                    <LeaveRoom account={account} room={room} acting={acting} />
                  </Cell>
                )}
              </tr>
            );
          })}
        </CardTable>
      )}
    </section>
  );
}
