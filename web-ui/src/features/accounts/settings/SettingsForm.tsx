import { Button, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { ProblemAlert } from "../../../components/ProblemAlert.tsx";
import { Overtaken } from "../../instances/Overtaken.tsx";

interface Draft {
  isEdited: boolean;
  isOvertaken: boolean;
  loadTheirs: () => void;
  error: Error | null;
  isSaving: boolean;
}

/** What is around the fields of each form: what it is about, what went wrong, and what saves it. */
export function SettingsForm({
  title,
  detail,
  action,
  draft,
  isValid,
  onSave,
  children,
}: {
  title: string;
  detail: string;
  /** What the button says that it does. */
  action: string;
  draft: Draft;
  isValid: boolean;
  onSave: () => void;
  children: ReactNode;
}) {
  const canSave = draft.isEdited && isValid && !draft.isOvertaken;
  return (
    <section>
      <Title order={2} mb={4}>
        {title}
      </Title>
      <Text mb="sm">{detail}</Text>
      <form
        aria-label={title}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (canSave) onSave();
        }}
      >
        <Stack gap="sm">
          {children}
          <ProblemAlert error={draft.error} />
          {draft.isOvertaken && <Overtaken onLoad={draft.loadTheirs} />}
          <div>
            <Button type="submit" loading={draft.isSaving} disabled={!canSave}>
              {action}
            </Button>
          </div>
        </Stack>
      </form>
    </section>
  );
}
