import { yaml, yamlLanguage } from "@codemirror/lang-yaml";
import { Stack, Text, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { type FormEvent, type ReactNode, useMemo, useState } from "react";
import { ProblemError } from "../../../api/problem.ts";
import { afterPress } from "../../../components/after-press.ts";
import { CodeEditor, type GoTo } from "../../../components/code-editor/CodeEditor.tsx";
import { fieldsOf, type Schema, type Secrets } from "../../../components/schema-form/fields.ts";
import { problemOf } from "../../../components/schema-form/problems.ts";
import { SchemaField } from "../../../components/schema-form/SchemaField.tsx";
import type { FormState } from "../../../components/schema-form/SchemaForm.tsx";
import { type Config, configOf, valuesOf } from "../../../components/schema-form/values.ts";
import { texts } from "./texts.ts";
import { YamlProblems } from "./YamlProblems.tsx";
import { schemaCompletion } from "./yaml-completion.ts";
import { readYaml, toYaml } from "./yaml-config.ts";

/** So long one may pause within a word, in milliseconds. */
const TYPING_MS = 400;

/** A config as YAML, with its secrets in fields of their own. What it takes and gives is as of the form. */
export function YamlForm({
  schema,
  config,
  draft,
  secrets,
  error,
  onSubmit,
  above,
  children,
}: {
  schema: Schema | null;
  config: Config;
  draft: Config;
  secrets: Secrets;
  error: unknown;
  onSubmit: (config: Config) => void;
  above: (form: FormState) => ReactNode;
  children: (form: FormState) => ReactNode;
}) {
  const fields = fieldsOf(schema, secrets);
  const secretFields = fields.filter(({ kind }) => kind === "secret");
  /** Counts how often it began anew. */
  const [begun, setBegun] = useState(0);
  const [text, setText] = useState(() => toYaml(without(secretFields, draft), schema));
  const [values, setValues] = useState(() => valuesOf(secretFields, draft));
  const [visited, setVisited] = useState<ReadonlySet<string>>(new Set());
  const [goTo, setGoTo] = useState<GoTo>();
  const [settled] = useDebouncedValue(text, TYPING_MS);
  const language = useMemo(
    () => [yaml(), yamlLanguage.data.of({ autocomplete: schemaCompletion(schema) })],
    [schema],
  );
  const read = useMemo(() => readYaml(text, schema), [text, schema]);
  const marks = useMemo(() => readYaml(settled, schema, refusedIn(error)).problems, [settled, schema, error]);
  const problems = new Map(secretFields.map((field) => [field.key, problemOf(field, values[field.key])]));
  const isValid = read.config !== null && [...problems.values()].every((problem) => !problem);
  const edited = isValid && read.config ? configOf(secretFields, values, read.config) : null;

  const state: FormState = {
    draft: edited,
    edited: text !== toYaml(config, schema) || Object.values(values).some((value) => value !== undefined),
    reset: () => {
      setText(toYaml(config, schema));
      setBegun(begun + 1);
      setGoTo(undefined);
      setValues(valuesOf(secretFields, config));
      setVisited(new Set());
    },
  };
  const save = () => {
    setVisited(new Set(secretFields.map(({ key }) => key)));
    if (edited) return onSubmit(edited);
    const [first] = read.problems.filter(({ severity }) => severity === "error");
    if (first) setGoTo({ at: first.from });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save();
  };

  return (
    <form onSubmit={submit} noValidate>
      {above(state)}
      <Stack maw={720}>
        <CodeEditor
          key={begun}
          label={texts.yamlLabel}
          initial={text}
          language={language}
          marks={marks}
          goTo={goTo}
          onChange={setText}
          onEnter={save}
        />
        <YamlProblems problems={marks} onGoTo={(at) => setGoTo({ at })} />
        <Text size="sm" c="dimmed">
          {texts.yamlHelp}
        </Text>
        {secretFields.length > 0 && (
          <>
            <div>
              <Title order={2}>{texts.secrets}</Title>
              <Text c="dimmed">{texts.secretsHelp}</Text>
            </div>
            {secretFields.map((field) => (
              <SchemaField
                key={field.key}
                field={field}
                value={values[field.key]}
                error={visited.has(field.key) ? problems.get(field.key) : undefined}
                onChange={(value) => setValues((before) => ({ ...before, [field.key]: value }))}
                onBlur={() => afterPress(() => setVisited((before) => new Set(before).add(field.key)))}
              />
            ))}
          </>
        )}
        {children(state)}
      </Stack>
    </form>
  );
}

/** What is shown of a config that is being edited: no secret that is to be set. */
function without(secretFields: ReturnType<typeof fieldsOf>, config: Config): Config {
  const nothing = Object.fromEntries(secretFields.map(({ key }) => [key, undefined]));
  return configOf(secretFields, nothing, config);
}

/** What the host said of the config itself, by JSON pointer into it. */
function refusedIn(error: unknown): { path: string; message: string }[] {
  if (!(error instanceof ProblemError)) return [];
  return (error.problem.fields ?? [])
    .filter(({ path }) => /^\/?config\//.test(path))
    .map(({ path, message }) => ({ path: path.replace(/^\/?config/, ""), message }));
}
