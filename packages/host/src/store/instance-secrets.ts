import { putAt } from "./json-pointer.ts";
import type { SecretBox } from "./secret-box.ts";

/** A secret setting as it lies on the disk. */
export interface SealedSecret {
  /** Base64. It opens for its own instance and its own pointer only. */
  sealed: string;
  /** In milliseconds since 1970. */
  setAt: number;
}

/** An instance's secret settings, by JSON pointer into its config, in which they are not. */
export type SealedSecrets = Record<string, SealedSecret>;

interface Configured {
  id: string;
  config: Record<string, unknown>;
  secrets: SealedSecrets;
}

/** Seals and opens the secret settings of instances. */
export interface InstanceSecrets {
  seal(instanceId: string, pointer: string, value: string, setAt: number): SealedSecret;
  /** @throws AppError `SECRET_UNREADABLE` */
  open(instanceId: string, pointer: string, secret: SealedSecret): string;
  /** The config as the plugin gets it, and which values in it are secret. @throws AppError `SECRET_UNREADABLE` */
  reveal(instance: Configured): { config: Record<string, unknown>; values: string[] };
}

export function createInstanceSecrets(box: SecretBox): InstanceSecrets {
  const purpose = (instanceId: string, pointer: string) => `the setting ${pointer} of "${instanceId}"`;
  const open = (instanceId: string, pointer: string, { sealed }: SealedSecret) =>
    box.open(Buffer.from(sealed, "base64"), purpose(instanceId, pointer));
  return {
    seal: (instanceId, pointer, value, setAt) => ({
      sealed: box.seal(value, purpose(instanceId, pointer)).toString("base64"),
      setAt,
    }),
    open,
    reveal({ id, config, secrets }) {
      const whole = structuredClone(config);
      const values = Object.entries(secrets).map(([pointer, secret]) => {
        const value = open(id, pointer, secret);
        putAt(whole, pointer, value);
        return value;
      });
      return { config: whole, values };
    },
  };
}
