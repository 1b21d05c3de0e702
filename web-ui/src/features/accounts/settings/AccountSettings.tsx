import { Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { accountQuery } from "../../../api/accounts.ts";
import { ManagedFields } from "../../../components/Managed.tsx";
import { texts } from "../texts.ts";
import { useIsAdmin } from "../use-is-admin.ts";
import classes from "./AccountSettings.module.css";
import { Autojoin } from "./Autojoin.tsx";
import { Prefix } from "./Prefix.tsx";
import { RoomPrefixes } from "./RoomPrefixes.tsx";

const route = getRouteApi("/signed-in/accounts/$id/settings");

/** Which invitations an account takes, and how its bots are called. */
export function AccountSettings() {
  const { id } = route.useParams();
  const account = useQuery(accountQuery(id)).data;
  const isAdmin = useIsAdmin();
  if (!account) return null;
  return (
    <ManagedFields managed={account.managed}>
      <fieldset className={classes.settings} disabled={!isAdmin} aria-label={texts.settings}>
        <Stack gap={32}>
          {!isAdmin && <Text c="dimmed">{texts.adminsOnly}</Text>}
          <Autojoin account={account} />
          <Prefix account={account} />
          <RoomPrefixes account={account} />
        </Stack>
      </fieldset>
    </ManagedFields>
  );
}
