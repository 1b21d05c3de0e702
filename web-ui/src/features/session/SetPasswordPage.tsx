import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { Link, useRouter } from "@tanstack/react-router";
import { useSession, useSetPassword } from "../../api/session.ts";
import { afterPress } from "../../components/after-press.ts";
import { ProblemAlert } from "../../components/ProblemAlert.tsx";
import { SessionCard } from "./SessionCard.tsx";
import { texts } from "./texts.ts";

const MIN_LENGTH = 10;

export function SetPasswordPage() {
  const session = useSession();
  const router = useRouter();
  const setPassword = useSetPassword();
  const first = session?.mustSetPassword ?? true;
  const form = useForm({
    initialValues: { name: session?.user.name ?? "", currentPassword: "", password: "" },
    validate: {
      name: nameProblem,
      currentPassword: (current: string) => (first || current ? null : texts.currentRequired),
      password: passwordProblem,
    },
  });
  const submit = form.onSubmit(({ currentPassword, ...values }) =>
    setPassword.mutate(first ? values : { ...values, currentPassword }, {
      onSuccess: () => router.navigate({ to: "/", replace: true }),
    }),
  );
  const field = (name: keyof typeof form.values) => ({
    ...form.getInputProps(name),
    onBlur: () => afterPress(() => form.validateField(name)),
  });
  return (
    <SessionCard
      title={first ? texts.setTitle : texts.changeTitle}
      lead={first ? texts.setLead : texts.changeLead}
    >
      <form onSubmit={submit}>
        <Stack>
          <ProblemAlert error={setPassword.error} />
          <TextInput
            {...field("name")}
            label={texts.name}
            autoComplete="username"
            autoCapitalize="off"
            withAsterisk
          />
          {!first && (
            <PasswordInput
              {...field("currentPassword")}
              label={texts.currentPassword}
              autoComplete="current-password"
              withAsterisk
            />
          )}
          <PasswordInput
            {...field("password")}
            label={first ? texts.password : texts.newPassword}
            description={texts.passwordHelp}
            autoComplete="new-password"
            withAsterisk
          />
          <Button type="submit" loading={setPassword.isPending}>
            {first ? texts.setAction : texts.changeAction}
          </Button>
          {!first && (
            <Button component={Link} to="/" variant="subtle" color="gray">
              {texts.back}
            </Button>
          )}
        </Stack>
      </form>
    </SessionCard>
  );
}

function nameProblem(name: string) {
  if (!name) return texts.nameRequired;
  return /^[A-Za-z0-9._-]+$/.test(name) ? null : texts.namePattern;
}

function passwordProblem(password: string) {
  return password.length < MIN_LENGTH ? texts.passwordShort(MIN_LENGTH - password.length) : null;
}
