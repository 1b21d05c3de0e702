import type { AxeResults } from "axe-core";
import axe from "axe-core";
import type { Page } from "playwright-core";

/**
 * What keeps people from using the open page, one line for each: the rule, and where.
 *
 * @param what of all rules, or of colours alone: those are what differs in the dark
 */
export async function barriersOn(page: Page, what: "all" | "colours" = "all"): Promise<string[]> {
  // As a debugger would: the page's content security policy lets no script of others in.
  if ((await page.evaluate("typeof axe")) === "undefined") await page.evaluate(axe.source);
  const options = {
    // What keeps to a rule is found, too, but not described: that takes most of the time.
    resultTypes: ["violations"],
    ...(what === "colours" ? { runOnly: ["color-contrast"] } : {}),
  };
  const { violations } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(options)})`);
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target.join(" ")}: ${failureSummary}`),
  );
}
