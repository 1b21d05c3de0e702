import { PasswordInput } from "@mantine/core";
import { texts } from "./texts.ts";

/** As the host has it. */
const MIN_LENGTH = 12;

interface Typed {
  passphrase: string;
  again: string;
}

/** What is wrong with a passphrase that was typed twice, if anything: nobody could open what a slip sealed. */
export function passphraseProblem({ passphrase, again }: Typed): "short" | "differs" | undefined {
  if (passphrase.length < MIN_LENGTH) return "short";
  return passphrase === again ? undefined : "differs";
}

export function NewPassphrase({ typed, onType }: { typed: Typed; onType: (typed: Typed) => void }) {
  const { passphrase, again } = typed;
  const problem = passphraseProblem(typed);
  const isShort = problem === "short" && passphrase !== "";
  return (
    <>
      <PasswordInput
        label={texts.passphrase}
        description={texts.passphraseHelp}
        value={passphrase}
        error={isShort && texts.passphraseShort(MIN_LENGTH - passphrase.length)}
        onChange={(event) => onType({ ...typed, passphrase: event.currentTarget.value })}
        // No password of the browser's own: it would be filled in unseen.
        autoComplete="new-password"
        withAsterisk
      />
      <PasswordInput
        label={texts.passphraseAgain}
        value={again}
        error={problem === "differs" && again !== "" && texts.passphraseDiffers}
        onChange={(event) => onType({ ...typed, again: event.currentTarget.value })}
        autoComplete="new-password"
        withAsterisk
      />
    </>
  );
}
