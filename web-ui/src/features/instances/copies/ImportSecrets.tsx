import { PasswordInput } from "@mantine/core";
import { ProblemError } from "../../../api/problem.ts";
import { Facts } from "../../../components/Facts.tsx";
import { useIsAdmin } from "../../accounts/use-is-admin.ts";
import type { Exported } from "./read-export.ts";
import { SecretsChoice } from "./SecretsChoice.tsx";
import { texts } from "./texts.ts";

export interface SecretsTyped {
  isTaken: boolean;
  passphrase: string;
}

export const isWrongPassphrase = (error: unknown) =>
  error instanceof ProblemError && error.problem.code === "PASSPHRASE_WRONG";

/** What becomes of the secrets that the file has, or says that it has not. */
export function ImportSecrets({
  exported: { secrets, isSealed },
  typed,
  onType,
  error,
}: {
  exported: Exported;
  typed: SecretsTyped;
  onType: (typed: SecretsTyped) => void;
  error: unknown;
}) {
  const isAdmin = useIsAdmin();
  if (!isSealed) {
    return (
      <Facts facts={[[texts.secrets, secrets === 0 ? texts.secretsNone : texts.secretsLeftOut(secrets)]]} />
    );
  }
  if (!isAdmin) return <Facts facts={[[texts.secrets, texts.secretsForAdmin]]} />;
  return (
    <>
      <SecretsChoice
        isTaken={typed.isTaken}
        onChoose={(isTaken) => onType({ ...typed, isTaken })}
        leave={{ label: texts.withoutSecrets, description: texts.withoutSecretsHelp }}
        take={{ label: texts.openSecrets, description: texts.openSecretsHelp }}
      />
      {typed.isTaken && (
        <PasswordInput
          label={texts.passphrase}
          value={typed.passphrase}
          error={isWrongPassphrase(error) && (error as ProblemError).problem.detail}
          onChange={(event) => onType({ ...typed, passphrase: event.currentTarget.value })}
          autoComplete="new-password"
          withAsterisk
        />
      )}
    </>
  );
}
