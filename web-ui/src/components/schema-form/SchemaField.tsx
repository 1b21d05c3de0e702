import { NativeSelect, NumberInput, Switch, Textarea, TextInput } from "@mantine/core";
import type { Field } from "./fields.ts";
import { SecretField } from "./SecretField.tsx";
import { texts } from "./texts.ts";

interface Props {
  field: Field;
  value: unknown;
  error: string | undefined;
  onChange: (value: unknown) => void;
  onBlur: () => void;
}

/** The input that fits one field of the schema. */
export function SchemaField({ field, value, error, onChange, onBlur }: Props) {
  const common = {
    label: field.label,
    description: field.help,
    error,
    withAsterisk: field.required,
    onBlur,
  };
  switch (field.kind) {
    case "text":
      return (
        <TextInput
          {...common}
          value={String(value)}
          placeholder={field.placeholder ?? ""}
          autoComplete="off"
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
    case "secret":
      return (
        <SecretField
          {...common}
          setAt={field.setAt}
          value={value}
          fromFile={field.schema.contentMediaType !== undefined}
          onChange={onChange}
        />
      );
    case "number":
      return (
        <NumberInput
          {...common}
          value={value as number | string}
          allowDecimal={!field.integer}
          styles={{ wrapper: { maxWidth: 200 } }}
          onChange={onChange}
        />
      );
    case "switch":
      return (
        <Switch
          label={field.label}
          description={field.help}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      );
    case "choice":
      return <ChoiceField {...common} choices={field.choices} value={value} onChange={onChange} />;
    case "list":
      return (
        <Textarea
          {...common}
          description={[field.help, texts.listHelp].filter(Boolean).join(" ")}
          value={(value as string[]).join("\n")}
          autosize
          minRows={2}
          maxRows={10}
          onChange={(event) => onChange(linesOf(event.currentTarget.value))}
        />
      );
    case "json":
      return (
        <Textarea
          {...common}
          value={String(value)}
          autosize
          minRows={3}
          maxRows={16}
          spellCheck={false}
          ff="monospace"
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      );
  }
}

function ChoiceField({
  choices,
  value,
  onChange,
  ...common
}: {
  choices: readonly unknown[];
  value: unknown;
  onChange: (value: unknown) => void;
  label: string;
  description: string | undefined;
  error: string | undefined;
  onBlur: () => void;
}) {
  const chosen = choices.indexOf(value);
  return (
    <NativeSelect
      {...common}
      styles={{ wrapper: { maxWidth: 320 } }}
      value={chosen < 0 ? "" : String(chosen)}
      onChange={(event) => onChange(choices[Number(event.currentTarget.value)])}
    >
      {chosen < 0 && (
        <option value="" disabled>
          {texts.choose}
        </option>
      )}
      {choices.map((choice, index) => (
        <option key={String(choice)} value={String(index)}>
          {String(choice)}
        </option>
      ))}
    </NativeSelect>
  );
}

const linesOf = (text: string) => (text === "" ? [] : text.split("\n"));
