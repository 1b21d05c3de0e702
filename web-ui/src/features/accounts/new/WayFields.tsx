import { PasswordInput, Text, TextInput } from "@mantine/core";
import type { Homeserver } from "@rookery/host/api";
import { texts } from "../texts.ts";
import type { Values } from "./new-account.ts";
import type { Way } from "./ways.ts";

/** What one way of coming in asks for. */
export function WayFields({
  way,
  registration,
  values,
  problemOf,
  onChange,
  onVisited,
}: {
  way: Way;
  registration: Homeserver["registration"];
  values: Values;
  problemOf: (field: keyof Values) => string | undefined;
  onChange: (change: Partial<Values>) => void;
  onVisited: (field: keyof Values) => void;
}) {
  const field = (name: keyof Values) => ({
    value: values[name],
    onChange: (event: { currentTarget: HTMLInputElement }) => onChange({ [name]: event.currentTarget.value }),
    onBlur: () => onVisited(name),
    error: problemOf(name),
    // A field for passwords does not say so by itself.
    "aria-invalid": problemOf(name) !== undefined || undefined,
    autoCapitalize: "off",
    autoComplete: "off",
    spellCheck: false,
  });
  const username = (
    <TextInput
      {...field("username")}
      label={texts.username}
      placeholder={texts.usernameExample}
      withAsterisk
    />
  );
  const newPassword = (
    <PasswordInput
      {...field("newPassword")}
      label={texts.newPassword}
      description={texts.newPasswordHelp}
      // No password of the browser's own: it would be filled in unseen.
      autoComplete="new-password"
    />
  );
  switch (way) {
    case "sso":
      return <Text>{texts.ssoHelp}</Text>;
    case "password":
      return (
        <>
          {username}
          <PasswordInput
            {...field("password")}
            label={texts.password}
            autoComplete="new-password"
            withAsterisk
          />
        </>
      );
    case "register":
      return (
        <>
          {registration !== "open" && (
            <PasswordInput
              {...field("registrationToken")}
              label={texts.registrationToken}
              description={texts.registrationTokenHelp}
              withAsterisk
            />
          )}
          {username}
          {newPassword}
        </>
      );
    case "shared-secret":
      return (
        <>
          <PasswordInput
            {...field("sharedSecret")}
            label={texts.sharedSecret}
            description={texts.sharedSecretHelp}
            withAsterisk
          />
          {username}
          {newPassword}
        </>
      );
    case "token":
      return (
        <>
          <PasswordInput
            {...field("accessToken")}
            label={texts.token}
            description={texts.tokenHelp}
            withAsterisk
          />
          <TextInput {...field("actsAs")} label={texts.actsAs} description={texts.actsAsHelp} />
        </>
      );
  }
}
