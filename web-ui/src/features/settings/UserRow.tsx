import { Button, Group, NativeSelect, Text } from "@mantine/core";
import type { OneTimeLink, Role, User } from "@rookery/host/api";
import { useSession } from "../../api/session.ts";
import { useChangeUser } from "../../api/users.ts";
import { Cell } from "../../components/CardTable.tsx";
import { ManagedBadge } from "../../components/Managed.tsx";
import { ProblemAlert } from "../../components/ProblemAlert.tsx";
import { RelativeTime } from "../../components/RelativeTime.tsx";
import { useToast } from "../../components/toasts/Toasts.tsx";
import { MakeLink } from "./MakeLink.tsx";
import { RemoveUser } from "./RemoveUser.tsx";
import { rolesUpTo } from "./roles.ts";
import { roles, texts } from "./texts.ts";

const choices = rolesUpTo("admin").map((role) => ({ value: role, label: roles[role] }));

export function UserRow({ user, onLink }: { user: User; onLink: (link: OneTimeLink) => void }) {
  const isSelf = useSession()?.user.name === user.name;
  const change = useChangeUser();
  const toast = useToast();
  const setRole = (role: Role) =>
    change.mutate(
      { user, role },
      { onSuccess: () => toast({ message: texts.roleChanged(user.name, role) }) },
    );
  const setDisabled = (disabled: boolean) =>
    change.mutate(
      { user, disabled },
      {
        onSuccess: () =>
          toast({ message: disabled ? texts.disabledToast(user.name) : texts.enabledToast(user.name) }),
      },
    );
  return (
    <tr>
      <Cell>
        {user.name}
        {isSelf && (
          <Text size="xs" c="dimmed">
            {texts.you}
          </Text>
        )}
        <ManagedBadge managed={user.managed} />
      </Cell>
      <Cell label={texts.role}>
        <NativeSelect
          size="xs"
          aria-label={texts.roleOf(user.name)}
          data={choices}
          value={user.role}
          disabled={change.isPending || user.managed !== null}
          onChange={(event) => setRole(event.currentTarget.value as Role)}
        />
        <ProblemAlert error={change.error} />
      </Cell>
      <Cell label={texts.state}>
        {user.disabled ? texts.disabled : user.hasPassword ? texts.hasPassword : texts.noPassword}
      </Cell>
      <Cell label={texts.since}>
        <RelativeTime at={user.createdAt} />
      </Cell>
      <Cell end>
        {!isSelf && (
          <Group gap="xs" justify="flex-end" wrap="nowrap">
            {!user.disabled && <MakeLink user={user} onLink={onLink} />}
            {user.managed === null && (
              <>
                <Button
                  size="xs"
                  variant="default"
                  aria-label={user.disabled ? texts.enableOf(user.name) : texts.disableOf(user.name)}
                  loading={change.isPending}
                  onClick={() => setDisabled(!user.disabled)}
                >
                  {user.disabled ? texts.enable : texts.disable}
                </Button>
                <RemoveUser user={user} />
              </>
            )}
          </Group>
        )}
      </Cell>
    </tr>
  );
}
