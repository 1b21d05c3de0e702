import { Loader } from "@mantine/core";
import type { AccountStatus, DeliveryState, Encryption, InstanceStatus, Signature } from "@rookery/host/api";
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleMinus,
  IconClock,
  IconCloudCheck,
  IconCloudOff,
  IconLock,
  IconLockCheck,
  IconPlugX,
  IconShieldCheck,
  IconShieldOff,
  IconShieldQuestion,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import { texts } from "../texts.ts";
import classes from "./Status.module.css";

type Tone = "good" | "busy" | "warn" | "bad" | "quiet";

const busy = <Loader size={14} color="currentColor" aria-hidden />;

const instance: Record<InstanceStatus, [Tone, ReactNode]> = {
  running: ["good", <IconCircleCheck key="i" size={16} aria-hidden />],
  starting: ["busy", busy],
  stopping: ["busy", busy],
  stopped: ["quiet", <IconCircleMinus key="i" size={16} aria-hidden />],
  crashed: ["bad", <IconAlertTriangle key="i" size={16} aria-hidden />],
  blocked: ["warn", <IconLock key="i" size={16} aria-hidden />],
};

const account: Record<AccountStatus, [Tone, ReactNode]> = {
  syncing: ["good", <IconCircleCheck key="i" size={16} aria-hidden />],
  connecting: ["busy", busy],
  unreachable: ["bad", <IconPlugX key="i" size={16} aria-hidden />],
  blocked: ["warn", <IconLock key="i" size={16} aria-hidden />],
  offline: ["quiet", <IconCircleMinus key="i" size={16} aria-hidden />],
};

/** The observed status of an instance: colour, icon and word, never colour alone. */
export function InstanceStatusBadge({ status }: { status: InstanceStatus }) {
  const [tone, icon] = instance[status];
  return <Status tone={tone} icon={icon} word={texts.instanceStatus[status]} />;
}

export function AccountStatusBadge({ status }: { status: AccountStatus }) {
  const [tone, icon] = account[status];
  return <Status tone={tone} icon={icon} word={texts.accountStatus[status]} />;
}

const deliveries: Record<DeliveryState, [Tone, ReactNode]> = {
  pending: ["quiet", <IconClock key="i" size={16} aria-hidden />],
  running: ["busy", busy],
  done: ["good", <IconCircleCheck key="i" size={16} aria-hidden />],
  failed: ["bad", <IconAlertTriangle key="i" size={16} aria-hidden />],
  skipped: ["quiet", <IconCircleMinus key="i" size={16} aria-hidden />],
};

/** What became of an event for an instance. */
export function DeliveryStateBadge({ state }: { state: DeliveryState }) {
  const [tone, icon] = deliveries[state];
  return <Status tone={tone} icon={icon} word={texts.deliveryState[state]} />;
}

const signatures: Record<Signature["state"], [Tone, ReactNode]> = {
  trusted: ["good", <IconShieldCheck key="i" size={16} aria-hidden />],
  unknown: ["warn", <IconShieldQuestion key="i" size={16} aria-hidden />],
  unsigned: ["quiet", <IconShieldOff key="i" size={16} aria-hidden />],
};

/** Whether a bundle is signed, and by a key that is trusted. */
export function SignatureBadge({ signature: { state, keyName } }: { signature: Signature }) {
  const [tone, icon] = signatures[state];
  return <Status tone={tone} icon={icon} word={texts.signature[state](keyName ?? "")} />;
}

/** Whether the account's identity has signed its device. */
function DeviceBadge({ isVerified }: { isVerified: boolean }) {
  return isVerified ? (
    <Status tone="good" icon={<IconShieldCheck size={16} aria-hidden />} word={texts.deviceVerified} />
  ) : (
    <Status tone="warn" icon={<IconShieldQuestion size={16} aria-hidden />} word={texts.deviceNotVerified} />
  );
}

const encryptions: Record<Encryption["state"], [Tone, ReactNode]> = {
  unused: ["quiet", <IconCircleMinus key="i" size={16} aria-hidden />],
  starting: ["busy", busy],
  on: ["good", <IconLockCheck key="i" size={16} aria-hidden />],
  unavailable: ["bad", <IconAlertTriangle key="i" size={16} aria-hidden />],
  offline: ["quiet", <IconCircleMinus key="i" size={16} aria-hidden />],
};

/** An account's encryption at a glance: whether it is in use, and if so, whether its device is verified and its keys are backed up. */
export function EncryptionBadges({ encryption }: { encryption: Encryption }) {
  const { state, isVerified, backup } = encryption;
  const [tone, icon] = encryptions[state];
  return (
    <span className={classes.several}>
      <Status tone={tone} icon={icon} word={texts.encryptionState[state]} />
      {isVerified !== null && <DeviceBadge isVerified={isVerified} />}
      {backup !== null && <BackupBadge isOn={backup.isOn} />}
    </span>
  );
}

function BackupBadge({ isOn }: { isOn: boolean }) {
  return isOn ? (
    <Status tone="good" icon={<IconCloudCheck size={16} aria-hidden />} word={texts.keysBackedUp} />
  ) : (
    <Status tone="warn" icon={<IconCloudOff size={16} aria-hidden />} word={texts.keysNotBackedUp} />
  );
}

function Status({ tone, icon, word }: { tone: Tone; icon: ReactNode; word: string }) {
  return (
    <span className={classes.status} data-tone={tone}>
      {icon}
      {word}
    </span>
  );
}
