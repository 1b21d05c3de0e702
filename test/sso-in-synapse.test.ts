import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Account, RecoveryKey } from "@rookery/host/api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isChromiumAvailable } from "./chromium/chromium.ts";
import { describeWith } from "./describe-with.ts";
import { createPerson } from "./matrix/person.ts";
import { barriersOn } from "./page/axe.ts";
import { openVisit, showPageOnFailure, signIn, stepByStep, type Visit } from "./page/visit.ts";
import { type Rookery, startRookery } from "./rookery/rookery.ts";
import { type Cas, startCas } from "./synapse/cas.ts";
import { isSynapseAvailable, type Synapse, startSynapse } from "./synapse/synapse.ts";

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

describeWith([isSynapseAvailable(), isChromiumAvailable()], "single sign-on at Synapse", () => {
  let cas: Cas;
  let synapse: Synapse;
  let rookery: Rookery;
  let visit: Visit;
  let account: Account;

  beforeAll(async () => {
    cas = await startCas("sso-bot");
    [synapse, rookery, visit] = await Promise.all([
      startSynapse({ cas: cas.url }),
      startRookery(),
      openVisit(),
    ]);
  });

  afterAll(async () => {
    await visit?.[Symbol.asyncDispose]();
    await rookery?.dispose();
    await synapse?.dispose();
    await cas?.[Symbol.asyncDispose]();
  });

  showPageOnFailure(() => visit);
  stepByStep();

  test("adds an account that was logged in by a CAS server, and its bot answers", async () => {
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
    account = await rookery.api<Account>("POST", "/accounts/sso/callback", brought);
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

  test("has an identity's reset approved in another tab, by the keyboard alone, as the page says", async () => {
    const { page } = visit;
    const at = `/accounts/${account.id}/encryption`;
    const { recoveryKey } = await rookery.api<RecoveryKey>("POST", `${at}/set-up`, {});
    await signIn(page, rookery);
    await page.goto(`${rookery.url}${at}`);
    await page.getByRole("button", { name: "Reset the identity…" }).press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: `Type ${account.userId}` }).fill(account.userId);
    visit.expectComplaint(/status of 422 .*\/reset$/);
    // Of Synapse's page.
    visit.expectComplaint(/status of 404 .*\/favicon\.ico$/);
    await page.keyboard.press("Enter");

    const { host } = new URL(synapse.url);
    const link = dialog.getByRole("link", { name: `Open ${host} in a new tab` });
    await dialog.getByText("Be signed in there as @sso-bot:rook.test").waitFor();
    await page.locator("a:focus").and(link).waitFor();
    expect(await link.getAttribute("rel")).toBe("noopener noreferrer");
    expect(await barriersOn(page)).toEqual([]);
    const opened = page.context().waitForEvent("page");
    await page.keyboard.press("Enter");
    const tab = await opened;
    await tab.getByRole("link", { name: "Continue with" }).click();
    await tab.getByRole("heading", { name: "Thank you" }).waitFor();
    expect(await tab.evaluate("opener")).toBeNull();
    await tab.close();

    await dialog.getByRole("button", { name: "Reset again" }).press("Enter");
    await dialog.getByRole("heading", { name: "Keep this recovery key" }).waitFor();
    expect(await dialog.locator("code").innerText()).not.toBe(recoveryKey);
    expect(visit.complaints).toEqual([]);
  });
});
