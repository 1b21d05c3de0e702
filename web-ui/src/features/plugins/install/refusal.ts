import type { Session } from "@rookery/host/api";
import { texts } from "../texts.ts";

export const isBundle = ({ name }: Pick<File, "name">) => name.endsWith(".mbp");

/** Why files are not sent to be installed, in a sentence; `null` where one bundle is, by who may. */
export function refusalOf(
  files: readonly Pick<File, "name">[],
  role: Session["user"]["role"],
): string | null {
  if (role === "viewer") return texts.mayNotInstall;
  if (files.length > 1) return texts.oneAtATime;
  const other = files.find((file) => !isBundle(file));
  return other ? texts.notBundle(other.name) : null;
}
