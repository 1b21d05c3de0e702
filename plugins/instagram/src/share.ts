import { type Deadline, type Failures, FetchFailure, type Link } from "@rookery/link-media";
import { ask } from "./ask.ts";
import { isInstagram, isShare, readLink } from "./links.ts";

/**
 * The post that a share link leads to: by one redirect, which must be to a post of Instagram.
 *
 * @throws FetchFailure
 */
export async function resolveShare(link: Link, failures: Failures, deadline: Deadline): Promise<Link> {
  if (!isShare(link)) return link;
  const answer = await ask(link.url, failures, deadline);
  const target = URL.parse(answer.headers.get("location") ?? "", link.url);
  if (target && isInstagram(target) && target.pathname.startsWith("/accounts/login")) {
    throw new FetchFailure(failures.limited);
  }
  const post = target && readLink(target);
  if (!post || isShare(post)) throw new FetchFailure(failures.gone);
  return link.covered ? { ...post, covered: true } : post;
}
