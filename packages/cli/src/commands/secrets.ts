import { parseArgs } from "node:util";
import { loadConfig } from "@rookery/host/config";
import { openSecrets } from "@rookery/host/secrets";
import { findAssets } from "@rookery/host/users";
import { type Output, type RunCommand, UsageError } from "../command.ts";

/** `rookery secrets …`: the way on after the secret key was lost. It needs the data directory, and no password. */
export const secrets: RunCommand = async (args, { out }: Output) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: "boolean", default: false }, config: { type: "string" } },
  });
  const [action, ...rest] = positionals;
  if ((action !== "list" && action !== "forget") || rest.length > 0) {
    throw new UsageError('Say "list" or "forget".');
  }
  const config = loadConfig({ file: values.config, env: process.env, cwd: process.cwd() });
  const opened = openSecrets(config, findAssets());
  try {
    const lost = action === "list" ? opened.unreadable() : opened.forget();
    if (values.json) {
      out.write(`${JSON.stringify(lost)}\n`);
      return;
    }
    const what = [
      ...lost.accounts.map((userId) => `the login of ${userId}`),
      ...lost.settings.map(({ instance, pointer }) => `the setting ${pointer} of ${instance}`),
    ];
    const none = "The key in use opens all that there is.\n";
    const told = action === "list" ? "The key in use does not open:" : "Given up, and to be entered again:";
    out.write(what.length === 0 ? none : `${[told, ...what.map((one) => `  ${one}`)].join("\n")}\n`);
  } finally {
    opened.close();
  }
};
