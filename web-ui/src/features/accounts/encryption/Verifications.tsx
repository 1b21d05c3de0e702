import { Button, Group, Stack, Text, Title } from "@mantine/core";
import type { Account, EncryptionVerification } from "@rookery/host/api";
import { useEffect, useRef } from "react";
import { useStepVerification } from "../../../api/encryption.ts";
import { ProblemAlert } from "../../../components/ProblemAlert.tsx";
import { texts } from "../texts.ts";
import { useIsAdmin } from "../use-is-admin.ts";
import classes from "./Verifications.module.css";

type Step = "accept" | "match" | "mismatch" | "cancel";
/** What can be pressed; the first of them is what one comes for. */
const STEPS: Record<EncryptionVerification["state"], readonly Step[]> = {
  requested: ["accept", "cancel"],
  waiting: ["cancel"],
  comparing: ["match", "mismatch", "cancel"],
  matched: ["cancel"],
  done: [],
  cancelled: [],
};

/** A verification that is under way: with whom, the seven emoji, and what to press. */
export function Verifications({
  account,
  verification,
  wasAsked,
}: {
  account: Account;
  verification: EncryptionVerification;
  /** It was begun here, further down: it comes into view, and has the focus. */
  wasAsked: boolean;
}) {
  const { id, userId, deviceId, state, emoji, cancelled } = verification;
  const step = useStepVerification(account.id, id);
  const isAdmin = useIsAdmin();
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    if (wasAsked) section.current?.focus();
  }, [wasAsked]);
  // What was pressed goes with the state that it ended, and would take the focus along.
  const wasPressed = step.isSuccess;
  useEffect(() => {
    if (wasPressed && document.activeElement === document.body) section.current?.focus();
  }, [wasPressed, state]);
  const who = deviceId === null ? userId : texts.sessionOf(deviceId, userId);
  const said = cancelled
    ? texts.verificationCancelled(who, cancelled.byThem, cancelled.reason)
    : texts.verificationIs[state](who);
  return (
    <section ref={section} tabIndex={-1} className={classes.verification} aria-label={texts.verification}>
      <Stack gap="sm">
        <Title order={2}>{texts.verification}</Title>
        <Text role="status">{said}</Text>
        {emoji && (
          <ol className={classes.emoji} aria-label={texts.emoji}>
            {emoji.map(({ symbol, name }, index) => (
              // The same one may come twice, and none moves.
              <li key={index} className={classes.one}>
                <span className={classes.symbol} aria-hidden>
                  {symbol}
                </span>
                <span>{name}</span>
              </li>
            ))}
          </ol>
        )}
        <ProblemAlert error={step.error} />
        {isAdmin && STEPS[state].length > 0 && (
          <Group gap="xs">
            {STEPS[state].map((one, index) => (
              <Button
                key={one}
                variant={index === 0 && one !== "cancel" ? "filled" : "default"}
                loading={step.isPending && step.variables.step === one}
                onClick={() => step.mutate({ step: one })}
              >
                {texts.verificationSteps[one]}
              </Button>
            ))}
          </Group>
        )}
      </Stack>
    </section>
  );
}
