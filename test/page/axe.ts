import type { AxeResults } from "axe-core";
import axe from "axe-core";
import type { Page } from "playwright-core";

/** What keeps people from using the open page, one line for each: the rule, and where. */
export async function barriersOn(page: Page): Promise<string[]> {
  // As a debugger would: the page's content security policy lets no script of others in.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>("axe.run()");
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target.join(" ")}: ${failureSummary}`),
  );
}
