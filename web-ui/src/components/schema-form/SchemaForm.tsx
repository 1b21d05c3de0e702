import { Stack, Text } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { fieldProblem } from "../../api/problem.ts";
import { afterPress } from "../after-press.ts";
import { useUnsaved } from "../unsaved.ts";
import { fieldsOf, type Secrets } from "./fields.ts";
import { problemOf } from "./problems.ts";
import { SchemaField } from "./SchemaField.tsx";
import { texts } from "./texts.ts";
import { type Config, configOf, valuesOf } from "./values.ts";

export interface FormState {
  /** The config as it is edited; `null` while something is wrong. */
  draft: Config | null;
  /** Whether anything was edited, right or wrong. */
  edited: boolean;
  reset: () => void;
}

/**
 * A config form made from a JSON Schema. `children` draws what stands below the
 * fields; the form is handed over only when every field is right.
 */
export function SchemaForm({
  schema,
  config,
  draft = config,
  secrets = {},
  error,
  onSubmit,
  above,
  children,
}: {
  schema: Record<string, unknown> | null;
  config: Config;
  /** What it begins with, where that was edited elsewhere. */
  draft?: Config;
  /** Those that are set. */
  secrets?: Secrets;
  /** What the host said to the last attempt; its `fields` appear below the fields they name. */
  error: unknown;
  onSubmit: (config: Config) => void;
  above?: (form: FormState) => ReactNode;
  children: (form: FormState) => ReactNode;
}) {
  const fields = fieldsOf(schema, secrets);
  const [values, setValues] = useState(() => valuesOf(fields, draft));
  const [visited, setVisited] = useState<ReadonlySet<string>>(new Set());
  const problems = new Map(fields.map((field) => [field.key, problemOf(field, values[field.key])]));
  const valid = [...problems.values()].every((problem) => !problem);

  const edited = valid ? configOf(fields, values, config) : null;
  const state: FormState = {
    draft: edited,
    edited: JSON.stringify(values) !== JSON.stringify(valuesOf(fields, config)),
    reset: () => {
      setValues(valuesOf(fields, config));
      setVisited(new Set());
    },
  };

  useUnsaved(state.edited);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setVisited(new Set(fields.map((field) => field.key)));
    if (edited) onSubmit(edited);
    else focusFirstProblem(event.currentTarget);
  };

  return (
    <form onSubmit={submit} noValidate>
      {above?.(state)}
      <Stack maw={560}>
        {fields.length === 0 && <Text c="dimmed">{texts.noFields}</Text>}
        {fields.map((field) => (
          <SchemaField
            key={field.key}
            field={field}
            value={values[field.key]}
            error={
              (visited.has(field.key) ? problems.get(field.key) : undefined) ??
              fieldProblem(error, `config/${field.key}`)
            }
            onChange={(value) => setValues((before) => ({ ...before, [field.key]: value }))}
            onBlur={() => afterPress(() => setVisited((before) => new Set(before).add(field.key)))}
          />
        ))}
        {children(state)}
      </Stack>
    </form>
  );
}

function focusFirstProblem(form: HTMLFormElement) {
  requestAnimationFrame(() => form.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
}
