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
 * Writes the registration of an application service that is told of nothing by HTTP, as docs/operating.md has it. Its own
 * are the users whose names begin with its ID and `_`.
 *
 * @param makesDevices whether it makes its users' devices itself, instead of logging them in: always so where OAuth is used
 */
export async function writeAppservice(
  folder: string,
  id: string,
  { makesDevices = false } = {},
): Promise<Appservice> {
  const [asToken, senderLocalpart] = [`as-token-of-the-test-for-${id}`, `${id}bot`];
  const file = join(folder, `${id}.yaml`);
  await writeFile(
    file,
    `id: ${id}
url: null
as_token: ${asToken}
hs_token: hs-token-of-the-test-for-${id}
sender_localpart: ${senderLocalpart}
rate_limited: false
io.element.msc4190: ${makesDevices}
namespaces:
  users:
    - exclusive: true
      regex: '@${id}_.*'
`,
  );
  return { file, asToken, senderLocalpart };
}
