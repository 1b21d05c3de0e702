import { Button, Group, NativeSelect, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { Role } from "@rookery/host/api";
import { useSession } from "../../api/session.ts";
import { useCreateToken } from "../../api/tokens.ts";
import { Dialog } from "../../components/Dialog.tsx";
import { ProblemAlert } from "../../components/ProblemAlert.tsx";
import { ShownOnce } from "../../components/ShownOnce.tsx";
import { rolesUpTo } from "./roles.ts";
import { roles, texts } from "./texts.ts";

const choices = Object.entries(texts.dayChoices).map(([value, label]) => ({ value, label }));

export function NewToken({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const own = useSession()?.user.role ?? "viewer";
  const create = useCreateToken();
  const form = useForm<{ name: string; role: Role; days: string }>({
    initialValues: { name: "", role: own === "admin" ? "deployer" : own, days: "90" },
    validate: { name: (name) => (name.trim() ? null : texts.needed) },
  });
  const close = () => {
    form.reset();
    create.reset();
    onClose();
  };
  const submit = form.onSubmit(({ name, role, days }) =>
    create.mutate({ name: name.trim(), role, days: Number(days) }),
  );
  return (
    <Dialog opened={opened} onClose={close} title={create.data ? texts.tokenMade : texts.makeToken}>
      {create.data ? (
        <ShownOnce
          secret={create.data.token}
          what={texts.token}
          detail={texts.tokenMadeDetail}
          onDone={close}
        />
      ) : (
        <form onSubmit={submit} noValidate>
          <Stack>
            <TextInput
              {...form.getInputProps("name")}
              label={texts.name}
              description={texts.tokenNameHelp}
              placeholder={texts.tokenNameExample}
              maxLength={64}
              autoComplete="off"
              withAsterisk
              data-autofocus
            />
            <NativeSelect
              {...form.getInputProps("role")}
              label={texts.role}
              data={rolesUpTo(own).map((role) => ({ value: role, label: roles[role] }))}
            />
            <NativeSelect {...form.getInputProps("days")} label={texts.days} data={choices} />
            <ProblemAlert error={create.error} />
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                {texts.cancel}
              </Button>
              <Button type="submit" loading={create.isPending}>
                {texts.makeToken}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Dialog>
  );
}
