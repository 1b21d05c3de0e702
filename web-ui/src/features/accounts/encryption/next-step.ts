import type { Encryption } from "@rookery/host/api";

/** What an operator has to do for an account that others see as verified, and whose keys outlive the host; `null`: nothing. */
export function nextStep({
  state,
  identity,
  backup,
}: Pick<Encryption, "state" | "identity" | "backup">): "set-up" | "recover" | null {
  if (identity === "elsewhere") return "recover";
  const isMissing = state === "unused" || identity === "none" || (identity === "here" && !backup?.isOn);
  return isMissing ? "set-up" : null;
}
