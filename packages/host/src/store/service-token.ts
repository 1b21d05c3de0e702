import type { SecretBox } from "./secret-box.ts";

/** The token of the application service whose user somebody is, as it is stored with their login. */
export function sealedServiceToken(box: SecretBox) {
  const purpose = (userId: string) => `the application service of ${userId}`;
  return {
    seal: (userId: string, token: string | null = null): Buffer | null =>
      token === null ? null : box.seal(token, purpose(userId)),
    open: (userId: string, sealed: Buffer | null): string | null =>
      sealed === null ? null : box.open(sealed, purpose(userId)),
  };
}
