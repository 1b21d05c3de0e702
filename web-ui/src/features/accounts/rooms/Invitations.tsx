import { Button, Group, Text, Title } from "@mantine/core";
import type { Account, Invite } from "@rookery/host/api";
import { Link } from "@tanstack/react-router";
import { CopyableId } from "../../../components/CopyableId.tsx";
import { texts } from "../texts.ts";
import { useIsAdmin } from "../use-is-admin.ts";
import classes from "./AccountRooms.module.css";
import { RoomName } from "./RoomName.tsx";
import { useAnswer } from "./use-answer.ts";

/** What nobody answered yet, each with who invites; where nothing waits, why that is so. */
export function Invitations({ account, invites }: { account: Account; invites: Invite[] }) {
  const { answer, pending } = useAnswer(account);
  const isAdmin = useIsAdmin();
  return (
    <section>
      <Title order={2} mb="xs">
        {texts.invitations}
      </Title>
      {invites.length === 0 ? (
        <Text c="dimmed">
          {texts.noInvites} {texts.policySaid[account.autojoin.policy](account.autojoin.allow.length)}{" "}
          <Link to="/accounts/$id/settings" params={{ id: account.id }}>
            {texts.change}
          </Link>
        </Text>
      ) : (
        <ul className={classes.invites} aria-label={texts.invitations}>
          {invites.map((invite) => {
            const { roomId, name, inviter } = invite;
            const called = name ?? roomId;
            const isPending = (action: string) => pending?.roomId === roomId && pending.action === action;
            return (
              <li key={roomId} className={classes.invite}>
                <div className={classes.words}>
                  <RoomName room={invite} />
                  <div>
                    {texts.invitedBy} {inviter === null ? texts.somebody : null}
                    {inviter !== null && <CopyableId value={inviter} what={texts.inviterOf(called)} />}
                  </div>
                </div>
                {isAdmin && (
                  <Group gap="xs">
                    <Button
                      size="xs"
                      aria-label={texts.acceptOf(called)}
                      loading={isPending("accept")}
                      onClick={() => answer("accept", roomId, called)}
                    >
                      {texts.accept}
                    </Button>
                    <Button
                      size="xs"
                      variant="default"
                      aria-label={texts.rejectOf(called)}
                      loading={isPending("reject")}
                      onClick={() => answer("reject", roomId, called)}
                    >
                      {texts.reject}
                    </Button>
                  </Group>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
