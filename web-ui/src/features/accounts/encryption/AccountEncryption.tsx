import { Button, Stack, Text, Title } from "@mantine/core";
import type { Account, Encryption } from "@rookery/host/api";
import { IconKey } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { accountQuery } from "../../../api/accounts.ts";
import { encryptionQuery } from "../../../api/encryption.ts";
import { CopyableId } from "../../../components/CopyableId.tsx";
import { Facts } from "../../../components/Facts.tsx";
import { NextStep } from "../../../components/NextStep.tsx";
import { QueryView } from "../../../components/QueryView.tsx";
import { EncryptionBadges } from "../../../components/Status.tsx";
import { texts } from "../texts.ts";
import { useIsAdmin } from "../use-is-admin.ts";
import { DevicePolicy } from "./DevicePolicy.tsx";
import { nextStep } from "./next-step.ts";
import { Recover } from "./Recover.tsx";
import { ResetIdentity } from "./ResetIdentity.tsx";
import { SetUp } from "./SetUp.tsx";
import { Verifications } from "./Verifications.tsx";
import { VerifyOwn } from "./VerifyOwn.tsx";

const route = getRouteApi("/signed-in/accounts/$id/encryption");

/** How an account's encrypted rooms are, whether others see its device as verified, and what to do about it. */
export function AccountEncryption() {
  const { id } = route.useParams();
  const account = useQuery(accountQuery(id)).data;
  const encryption = useQuery(encryptionQuery(id));
  const [isSettingUp, setSettingUp] = useState(false);
  if (!account) return null;
  return (
    <>
      <QueryView query={encryption}>
        {(now) => <Tab account={account} encryption={now} onSetUp={() => setSettingUp(true)} />}
      </QueryView>
      {/* The key that it shows stays, whatever the account's encryption is by then. */}
      <SetUp account={account} opened={isSettingUp} onClose={() => setSettingUp(false)} />
    </>
  );
}

function Tab({
  account,
  encryption,
  onSetUp,
}: {
  account: Account;
  encryption: Encryption;
  onSetUp: () => void;
}) {
  const isAdmin = useIsAdmin();
  const { state, identity } = encryption;
  const step = nextStep(encryption);
  const [asked, setAsked] = useState<string>();
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(step);
  useEffect(() => {
    const isDone = before.current !== null && step === null;
    before.current = step;
    // What was pressed is gone, and took the focus along.
    if (isDone && document.activeElement === document.body) heading.current?.focus();
  }, [step]);
  return (
    <Stack gap={32}>
      {!isAdmin && <Text c="dimmed">{texts.adminsOnly}</Text>}
      {encryption.verifications.map((verification) => (
        <Verifications
          key={verification.id}
          account={account}
          verification={verification}
          wasAsked={verification.id === asked}
        />
      ))}
      <section>
        <Title order={2} mb="xs" ref={heading} tabIndex={-1}>
          {texts.howItIs}
        </Title>
        <EncryptionBadges encryption={encryption} />
        <Text mt={4}>{encryption.reason ?? texts.encryptionIs[state]}</Text>
      </section>
      {isAdmin && step === "set-up" && (
        <NextStep
          icon={<IconKey size={20} aria-hidden />}
          title={texts.setUpTitle}
          detail={texts.setUpDetail}
        >
          <Button onClick={onSetUp}>{texts.setUp}…</Button>
        </NextStep>
      )}
      {isAdmin && step === "recover" && <Recover account={account} />}
      <Device account={account} encryption={encryption} />
      {isAdmin && state === "on" && identity !== "none" && <VerifyOwn account={account} onAsked={setAsked} />}
      <DevicePolicy account={account} />
      {isAdmin && (identity === "here" || identity === "elsewhere") && <ResetIdentity account={account} />}
    </Stack>
  );
}

function Device({ account, encryption }: { account: Account; encryption: Encryption }) {
  const { fingerprint, identity } = encryption;
  if (fingerprint === null) return null;
  return (
    <section>
      <Title order={2} mb="xs">
        {texts.thisDevice}
      </Title>
      <Facts
        facts={[
          [texts.device, <CopyableId key="d" value={account.deviceId} what={texts.device} />],
          [texts.fingerprint, <CopyableId key="f" value={fingerprint} what={texts.fingerprint} />],
          [texts.identity, identity === null ? texts.notSaid : texts.identityIs[identity]],
          [texts.backup, backupOf(encryption)],
        ]}
      />
    </section>
  );
}

function backupOf({ identity, backup }: Encryption): string {
  if (backup?.isOn) return texts.backedUp(backup.backedUp, backup.total);
  return identity === "elsewhere" ? texts.noBackupHere : texts.noBackup;
}
