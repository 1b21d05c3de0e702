import { Button, Group, Stack, TextInput } from "@mantine/core";
import type { Homeserver } from "@rookery/host/api";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { accountsQuery, useFindHomeserver } from "../../../api/accounts.ts";
import { explain, isStatus, ProblemError } from "../../../api/problem.ts";
import { afterPress } from "../../../components/after-press.ts";
import { ProblemAlert } from "../../../components/ProblemAlert.tsx";
import { texts as shared } from "../../../texts.ts";
import { texts } from "../texts.ts";
import { isAddress } from "./address.ts";
import { focusFirstProblem } from "./focus-first-problem.ts";

/** Asks where the account lives, and has the host look what is there. */
export function FindHomeserver({
  address,
  isBack,
  onAddress,
  onFound,
}: {
  address: string;
  /** Whether one came back here, by a press on what is gone now: one goes on from the field. */
  isBack: boolean;
  onAddress: (address: string) => void;
  onFound: (homeserver: Homeserver) => void;
}) {
  const find = useFindHomeserver();
  const known = useId();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (isBack) field.current?.focus();
  }, [isBack]);
  const servers = new Set(useQuery(accountsQuery).data?.map((account) => account.homeserverUrl));
  const [visited, setVisited] = useState(false);
  const isRight = isAddress(address.trim());
  const isTold = find.error instanceof ProblemError && !isStatus(find.error, 500);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setVisited(true);
    const form = event.currentTarget;
    if (!isRight) return focusFirstProblem(form);
    find.mutate(address.trim().replace(/\/+$/, ""), {
      onSuccess: onFound,
      onError: () => focusFirstProblem(form),
    });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack maw={480}>
        <TextInput
          ref={field}
          label={texts.homeserver}
          description={texts.homeserverHelp}
          placeholder={texts.homeserverExample}
          value={address}
          onChange={(event) => {
            find.reset();
            onAddress(event.currentTarget.value);
          }}
          onBlur={() => afterPress(() => setVisited(address !== ""))}
          error={
            visited && !isRight ? texts.homeserverProblem : isTold && find.error && explain(find.error).detail
          }
          autoCapitalize="off"
          autoComplete="off"
          spellCheck={false}
          list={known}
          withAsterisk
        />
        <datalist id={known}>
          {[...servers].map((url) => (
            <option key={url} value={url} />
          ))}
        </datalist>
        {!isTold && <ProblemAlert error={find.error} />}
        <Group>
          <Button type="submit" loading={find.isPending}>
            {texts.find}
          </Button>
          <Button component={Link} to="/accounts" variant="default">
            {shared.cancel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
