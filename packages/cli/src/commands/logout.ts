import { parseArgs } from "node:util";
import { type RunCommand, UsageError } from "../command.ts";
import { ApiError, openApi } from "../remote/api.ts";
import { hostUrl } from "../remote/chosen-host.ts";
import { type KnownHost, knownHostsFile, readKnownHosts, writeKnownHosts } from "../remote/known-hosts.ts";

/** `rookery logout [address]`: ends the login's token at the host and forgets it here. */
export const logout: RunCommand = async (args, { out }) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: "boolean", default: false } },
  });
  if (positionals.length > 1) throw new UsageError("One host at a time.");
  const file = knownHostsFile(process.env);
  const hosts = await readKnownHosts(file);
  const url = positionals[0] === undefined ? hosts[0]?.url : hostUrl(positionals[0]);
  const known = hosts.find((host) => host.url === url);
  if (!known)
    throw new Error(url === undefined ? "You are logged in nowhere." : `You are not logged in at ${url}.`);
  await endToken(known);
  await writeKnownHosts(
    file,
    hosts.filter((host) => host !== known),
  );
  out.write(
    values.json ? `${JSON.stringify({ url: known.url })}\n` : `You are logged out at ${known.url}.\n`,
  );
};

/** One that the host no longer takes has ended already. */
async function endToken({ url, token, tokenId }: KnownHost): Promise<void> {
  try {
    await openApi(url, { authorization: `Bearer ${token}` }).send("DELETE", `/tokens/${tokenId}`);
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 401)) throw error;
  }
}
