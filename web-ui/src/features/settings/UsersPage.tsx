import { Button, Group, Text } from "@mantine/core";
import type { OneTimeLink } from "@rookery/host/api";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { usersQuery } from "../../api/users.ts";
import { CardTable } from "../../components/CardTable.tsx";
import { QueryView } from "../../components/QueryView.tsx";
import { LinkForUser } from "./LinkForUser.tsx";
import { NewUser } from "./NewUser.tsx";
import { texts } from "./texts.ts";
import { UserRow } from "./UserRow.tsx";

export function UsersPage() {
  const users = useQuery(usersQuery);
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<{ name: string; link: OneTimeLink } | null>(null);
  return (
    <>
      <Group justify="space-between" mb="sm">
        <Text c="dimmed">{texts.usersLead}</Text>
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
          {texts.addUser}
        </Button>
      </Group>
      <QueryView query={users}>
        {(list) => (
          <CardTable label={texts.users} columns={[texts.name, texts.role, texts.state, texts.since, ""]}>
            {list.map((user) => (
              <UserRow key={user.name} user={user} onLink={(link) => setMade({ name: user.name, link })} />
            ))}
          </CardTable>
        )}
      </QueryView>
      <NewUser
        opened={adding}
        onClose={() => setAdding(false)}
        onAdded={({ name, link }) => {
          setAdding(false);
          setMade({ name, link });
        }}
      />
      <LinkForUser made={made} onClose={() => setMade(null)} />
    </>
  );
}
