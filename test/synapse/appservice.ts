import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What a test's application service is known by. */
export interface Appservice {
  /** The registration file, for `startSynapse({ appservices })`. */
  file: string;
  asToken: string;
  senderLocalpart: string;
}

/**
 * Writes the registration of an application service that is told of nothing by HTTP, as docs/operating.md has it.
 *
 * @param users the regular expression of the users that are its own
 */
export async function writeAppservice(folder: string, users: string): Promise<Appservice> {
  const [asToken, senderLocalpart] = ["as-token-of-the-test", "slackbot"];
  const file = join(folder, "slack.yaml");
  await writeFile(
    file,
    `id: slack
url: null
as_token: ${asToken}
hs_token: hs-token-of-the-test
sender_localpart: ${senderLocalpart}
rate_limited: false
namespaces:
  users:
    - exclusive: true
      regex: '${users}'
`,
  );
  return { file, asToken, senderLocalpart };
}
