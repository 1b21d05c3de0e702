import { Button, FileButton, Group, Input, PasswordInput, Stack, Text } from "@mantine/core";
import { IconLock, IconTrash } from "@tabler/icons-react";
import { useId, useRef } from "react";
import { RelativeTime } from "../RelativeTime.tsx";
import { texts } from "./texts.ts";

/** A setting that can be written, not read: one sees since when it is set, and can replace or remove it. */
export function SecretField({
  setAt,
  value,
  fromFile,
  onChange,
  ...common
}: {
  setAt: string | null;
  /** `undefined` keeps what is set, `null` removes it. */
  value: unknown;
  /** It is what a file has, which can be chosen instead of typed. */
  fromFile: boolean;
  onChange: (value: unknown) => void;
  label: string;
  description: string | undefined;
  error: string | undefined;
  withAsterisk: boolean;
  onBlur: () => void;
}) {
  const labelId = useId();
  /** What was pressed goes away with its button; the focus goes to what comes in its place. */
  const pressed = useRef(false);
  const takeFocus = (element: HTMLElement | null) => {
    if (pressed.current) element?.focus();
    if (element) pressed.current = false;
  };
  const press = (next: unknown) => {
    pressed.current = true;
    onChange(next);
  };

  if (setAt !== null && typeof value !== "string") {
    const { label, description, error, withAsterisk } = common;
    return (
      <Input.Wrapper
        {...{ label, description, error, withAsterisk }}
        labelElement="div"
        labelProps={{ id: labelId }}
        role="group"
        aria-labelledby={labelId}
      >
        <Group gap="xs" mt={4} mih={36}>
          {value === null ? <IconTrash size={16} aria-hidden /> : <IconLock size={16} aria-hidden />}
          <Text>
            {value === null ? (
              texts.secretRemoved
            ) : (
              <>
                {texts.secretSet} <RelativeTime at={setAt} />
              </>
            )}
          </Text>
          {value === null ? (
            <Button ref={takeFocus} size="compact-sm" variant="default" onClick={() => press(undefined)}>
              {texts.secretKeep}
            </Button>
          ) : (
            <>
              <Button
                ref={takeFocus}
                size="compact-sm"
                variant="default"
                aria-label={texts.secretReplaceOf(label)}
                onClick={() => press("")}
              >
                {texts.secretReplace}
              </Button>
              {!withAsterisk && (
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-label={texts.secretRemoveOf(label)}
                  onClick={() => press(null)}
                >
                  {texts.secretRemove}
                </Button>
              )}
            </>
          )}
        </Group>
      </Input.Wrapper>
    );
  }
  return (
    <Stack gap={4} align="stretch">
      <PasswordInput
        {...common}
        ref={takeFocus}
        value={String(value ?? "")}
        // No password of the browser's own: it would be filled in unseen.
        autoComplete="new-password"
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {(setAt !== null || fromFile) && (
        <Group gap="xs">
          {fromFile && (
            <FileButton
              inputProps={{ "aria-label": texts.secretFileOf(common.label), tabIndex: -1 }}
              onChange={async (file) => {
                if (file) onChange(await file.text());
              }}
            >
              {(open) => (
                <Button size="compact-sm" variant="default" {...open}>
                  {texts.secretFile}
                </Button>
              )}
            </FileButton>
          )}
          {setAt !== null && (
            <Button size="compact-sm" variant="default" onClick={() => press(undefined)}>
              {texts.secretKeep}
            </Button>
          )}
        </Group>
      )}
    </Stack>
  );
}
