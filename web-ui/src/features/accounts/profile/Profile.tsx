import { Title } from "@mantine/core";
import type { Account } from "@rookery/host/api";
import { useQuery } from "@tanstack/react-query";
import { profileQuery } from "../../../api/accounts.ts";
import { QueryView, Rows } from "../../../components/QueryView.tsx";
import { texts } from "../texts.ts";
import { useIsAdmin } from "../use-is-admin.ts";
import { Avatar } from "./Avatar.tsx";
import { ChangeAvatar } from "./ChangeAvatar.tsx";
import { DisplayName } from "./DisplayName.tsx";
import classes from "./Profile.module.css";

/** How an account shows itself in its rooms, as its homeserver has it. */
export function Profile({ account }: { account: Account }) {
  const profile = useQuery(profileQuery(account.id));
  const isAdmin = useIsAdmin();
  return (
    <section>
      <Title order={2} mb="xs">
        {texts.profile}
      </Title>
      <QueryView query={profile} skeleton={<Rows height={36} />}>
        {({ displayName, avatarUrl }) => (
          <div className={classes.profile}>
            {isAdmin ? (
              <>
                <ChangeAvatar account={account} displayName={displayName} avatarUrl={avatarUrl} />
                <DisplayName account={account} displayName={displayName} />
              </>
            ) : (
              <>
                <Avatar account={account} displayName={displayName} avatarUrl={avatarUrl} />
                <span>{displayName ?? texts.noDisplayName}</span>
              </>
            )}
          </div>
        )}
      </QueryView>
    </section>
  );
}
