import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { encryptionQuery } from "../../../api/encryption.ts";
import { EncryptionBadges } from "../../../components/Status.tsx";
import { texts } from "../texts.ts";
import { useIsAdmin } from "../use-is-admin.ts";
import classes from "./EncryptionLine.module.css";
import { nextStep } from "./next-step.ts";

/** An account's encryption in a line: how it is, and what is to be done about it. */
export function EncryptionLine({ accountId }: { accountId: string }) {
  const { data, error } = useQuery(encryptionQuery(accountId));
  const isAdmin = useIsAdmin();
  if (!data && !error) return <Skeleton height={20} maw={320} />;
  const step = data && isAdmin ? nextStep(data) : null;
  return (
    <span className={classes.line}>
      {data ? <EncryptionBadges encryption={data} /> : texts.notSaid}
      <Link to="/accounts/$id/encryption" params={{ id: accountId }}>
        {step === null ? texts.encryptionDetails : texts.encryptionSteps[step]}
      </Link>
    </span>
  );
}
