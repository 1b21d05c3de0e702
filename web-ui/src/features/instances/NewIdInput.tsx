import { TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { instancesQuery } from "../../api/instances.ts";
import { fieldProblem } from "../../api/problem.ts";
import { idProblem, suggestId } from "./new-instance-id.ts";
import { texts } from "./texts.ts";

const words = { empty: texts.needed, pattern: texts.idProblem, taken: texts.idTaken };

/**
 * The name of an instance that is to be made: a free one is suggested, and another one judged as it is typed.
 *
 * @param like what the suggested name is like
 */
export function useNewId(like: string) {
  const taken = useQuery(instancesQuery).data?.map(({ id }) => id) ?? [];
  const [typed, setTyped] = useState<string>();
  const id = typed ?? suggestId(like, taken);
  return { id, wrong: idProblem(id, taken), onChange: setTyped };
}

/** @param creation what makes the instance; once it has, its name is taken, and that is no mistake */
export function NewIdInput({
  name: { id, wrong, onChange },
  creation,
  isFirst = false,
}: {
  name: ReturnType<typeof useNewId>;
  creation: { isSuccess: boolean; error: unknown };
  /** Of a dialog: it gets the focus. */
  isFirst?: boolean;
}) {
  const problem = creation.isSuccess ? undefined : wrong;
  return (
    <TextInput
      label={texts.id}
      description={texts.idHelp}
      placeholder={texts.idExample}
      value={id}
      error={(problem && words[problem]) ?? fieldProblem(creation.error, "id")}
      onChange={(event) => onChange(event.currentTarget.value)}
      autoCapitalize="off"
      autoComplete="off"
      spellCheck={false}
      withAsterisk
      data-autofocus={isFirst || undefined}
    />
  );
}
