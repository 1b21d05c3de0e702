import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Account } from "@rookery/host/api";
import { expect, test } from "vitest";
import { describeWith } from "./describe-with.ts";
import { createPerson } from "./matrix/person.ts";
import { startRookery } from "./rookery/rookery.ts";
import { startCas } from "./synapse/cas.ts";
import { isSynapseAvailable, startSynapse } from "./synapse/synapse.ts";

const HELLO = join(import.meta.dirname, "../packages/host/dist/bundles/hello.mbp");

/** Goes where a browser is sent, as far as a page with something to read, and gives that. */
async function followed(url: string): Promise<{ text: string; visited: string[] }> {
  const visited: string[] = [];
  let cookies = "";
  for (let next = url; ; ) {
    visited.push(next);
    const answer = await fetch(next, { redirect: "manual", headers: { cookie: cookies } });
    cookies = answer.headers
      .getSetCookie()
      .map((cookie) => cookie.split(";")[0])
      .join("; ");
    const to = answer.headers.get("location");
    if (to === null) return { text: await answer.text(), visited };
    await answer.body?.cancel();
    next = new URL(to, next).href;
  }
}

/** What the link to go on leads to, on Synapse's page that asks whether the account is to be given away. */
function continueOn(page: string): URL {
  const [, href = ""] = /<a href="([^"]+)"[^>]*>Continue</.exec(page) ?? [];
  return new URL(href.replaceAll("&amp;", "&"));
}

describeWith([isSynapseAvailable()], "single sign-on at Synapse", () => {
  test("adds an account that was logged in by a CAS server, and its bot answers", async () => {
    await using cas = await startCas("sso-bot");
    await using synapse = await startSynapse({ cas: cas.url });
    await using rookery = await startRookery();
    const asked = { homeserverUrl: synapse.url, identityProvider: "cas" };
    const { url } = await rookery.api<{ url: string }>("POST", "/accounts/sso", asked);
    const { text, visited } = await followed(url);
    expect(visited.map((each) => new URL(each).origin)).toEqual([synapse.url, cas.url, synapse.url]);

    const back = continueOn(text);
    expect([back.origin, back.pathname]).toEqual([rookery.url, "/accounts/sso"]);
    const brought = {
      state: back.searchParams.get("state"),
      loginToken: back.searchParams.get("loginToken"),
    };
    const account = await rookery.api<Account>("POST", "/accounts/sso/callback", brought);
    expect(account).toMatchObject({ userId: "@sso-bot:rook.test", homeserverUrl: synapse.url });
    const again = await rookery.request("POST", "/accounts/sso/callback", brought);
    expect(await again.json()).toMatchObject({ code: "SSO_EXPIRED" });

    const plugin = await rookery.addPlugin(await readFile(HELLO));
    await rookery.addInstance({ id: "hello", pluginId: plugin.id, accountId: account.id });
    const ada = await createPerson(synapse.url, await synapse.registerUser("ada", "correct horse"));
    const roomId = await ada.createRoom([account.userId]);
    await ada.joined(roomId, account.userId);
    await ada.say(roomId, "!hello");
    await ada.until(roomId, (events) =>
      events.some(({ sender, content }) => sender === account.userId && content.body === "Hello, ada!"),
    );
    expect(await rookery.api("GET", `/accounts/${account.id}`)).toMatchObject({ status: "syncing" });
    expect(rookery.log()).not.toContain(brought.loginToken);

    // What Synapse does not offer is said with what it does.
    const wrong = await rookery.request("POST", "/accounts/sso", { ...asked, identityProvider: "saml" });
    expect(await wrong.json()).toMatchObject({
      code: "SSO_NOT_OFFERED",
      detail: expect.stringMatching(/no identity provider "saml".*offers cas\./),
    });
  });
});
