import { PasswordInput } from "@mantine/core";
import type { Account } from "@rookery/host/api";
import { texts } from "../texts.ts";

/** Where the homeserver asks for the account's password before it takes an identity. */
export function AccountPassword({
  account,
  value,
  wasRefused,
  onChange,
}: {
  account: Account;
  value: string;
  /** One was sent, and it was another. */
  wasRefused: boolean;
  onChange: (value: string) => void;
}) {
  return (
    <PasswordInput
      label={texts.passwordOf(account.userId)}
      description={texts.passwordAsked}
      error={wasRefused && texts.passwordRefused}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      autoComplete="off"
      autoFocus
    />
  );
}
