import { Button, Group, Stack, Text } from "@mantine/core";
import type { Account, Homeserver } from "@rookery/host/api";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useAddAccount, useBeginSingleSignOn } from "../../../api/accounts.ts";
import { ProblemError } from "../../../api/problem.ts";
import { afterPress } from "../../../components/after-press.ts";
import { ProblemAlert } from "../../../components/ProblemAlert.tsx";
import { giveUpEdits, useUnsaved } from "../../../components/unsaved.ts";
import { texts as shared } from "../../../texts.ts";
import { texts } from "../texts.ts";
import { userIn } from "./address.ts";
import { ChooseWay } from "./ChooseWay.tsx";
import { fieldOf } from "./field-of.ts";
import { focusFirstProblem } from "./focus-first-problem.ts";
import { NOTHING, neededFor, newAccount, type Values } from "./new-account.ts";
import { WayFields } from "./WayFields.tsx";
import { type Way, waysOf } from "./ways.ts";

/** Asks how the account comes in, in the ways that its homeserver offers before the others. */
export function Login({
  address,
  homeserver,
  onAdded,
}: {
  address: string;
  homeserver: Homeserver;
  onAdded: (account: Account) => void;
}) {
  const { homeserverUrl, registration } = homeserver;
  const ways = waysOf(homeserver);
  const [way, setWay] = useState<Way>(ways.offered[0] ?? "token");
  const [values, setValues] = useState<Values>({ ...NOTHING, username: userIn(address) });
  const [visited, setVisited] = useState<ReadonlySet<keyof Values>>(new Set());
  const add = useAddAccount();
  const begin = useBeginSingleSignOn();
  useUnsaved(visited.size > 0 && !add.isSuccess);
  const error = way === "sso" ? begin.error : add.error;
  const refusedField = error instanceof ProblemError ? fieldOf(error.problem, way) : undefined;
  const missing = neededFor(way, registration).filter((field) => values[field].trim() === "");

  const problemOf = (field: keyof Values) => {
    if (visited.has(field) && missing.includes(field)) return texts.needed;
    return refusedField === field ? error?.message : undefined;
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (way === "sso") return begin.mutate({ homeserverUrl }, { onSuccess: goTo });
    setVisited(new Set(neededFor(way, registration)));
    const form = event.currentTarget;
    if (missing.length > 0) return focusFirstProblem(form);
    return add.mutate(newAccount(homeserverUrl, way, values, registration), {
      onSuccess: onAdded,
      onError: () => focusFirstProblem(form),
    });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack maw={480}>
        <ChooseWay
          ways={ways}
          way={way}
          registration={registration}
          onChoose={(chosen) => {
            add.reset();
            begin.reset();
            setVisited(new Set());
            setWay(chosen);
          }}
        />
        <WayFields
          way={way}
          registration={registration}
          values={values}
          problemOf={problemOf}
          onChange={(change) => {
            add.reset();
            setValues((before) => ({ ...before, ...change }));
          }}
          onVisited={(field) => afterPress(() => setVisited((before) => new Set(before).add(field)))}
        />
        {refusedField === undefined && <ProblemAlert error={error} />}
        <Text c="dimmed">{texts.whatNext}</Text>
        <Group>
          <Button type="submit" loading={add.isPending || begin.isPending}>
            {texts.wayAction[way]}
          </Button>
          <Button component={Link} to="/accounts" variant="default">
            {shared.cancel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What was typed for another way to log in is not needed there. */
function goTo({ url }: { url: string }): void {
  giveUpEdits();
  window.location.assign(url);
}
