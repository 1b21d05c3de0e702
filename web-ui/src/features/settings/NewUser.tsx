import { Button, Group, NativeSelect, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { AddedUser, Role } from "@rookery/host/api";
import { useAddUser } from "../../api/users.ts";
import { afterPress } from "../../components/after-press.ts";
import { Dialog } from "../../components/Dialog.tsx";
import { ProblemAlert } from "../../components/ProblemAlert.tsx";
import { rolesUpTo } from "./roles.ts";
import { roles, texts } from "./texts.ts";

const choices = rolesUpTo("admin").map((role) => ({ value: role, label: roles[role] }));

export function NewUser({
  opened,
  onClose,
  onAdded,
}: {
  opened: boolean;
  onClose: () => void;
  onAdded: (user: AddedUser) => void;
}) {
  const add = useAddUser();
  const form = useForm<{ name: string; role: Role }>({
    initialValues: { name: "", role: "deployer" },
    validate: {
      name: (name) =>
        name ? (/^[A-Za-z0-9._-]{1,64}$/.test(name) ? null : texts.userNameProblem) : texts.needed,
    },
  });
  const close = () => {
    form.reset();
    add.reset();
    onClose();
  };
  const submit = form.onSubmit((values) =>
    add.mutate(values, {
      onSuccess: (user) => {
        close();
        onAdded(user);
      },
    }),
  );
  return (
    <Dialog opened={opened} onClose={close} title={texts.addUser}>
      <form onSubmit={submit} noValidate>
        <Stack>
          <TextInput
            {...form.getInputProps("name")}
            onBlur={() => afterPress(() => form.validateField("name"))}
            label={texts.name}
            description={texts.userNameHelp}
            placeholder={texts.userNameExample}
            autoCapitalize="off"
            autoComplete="off"
            spellCheck={false}
            withAsterisk
            data-autofocus
          />
          <NativeSelect {...form.getInputProps("role")} label={texts.role} data={choices} />
          <ProblemAlert error={add.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {texts.cancel}
            </Button>
            <Button type="submit" loading={add.isPending}>
              {texts.addUser}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
