import type { Deadline } from "./deadline.ts";
import type { Post } from "./post.ts";

/** A post that somebody linked to. */
export interface Link {
  /** The address without tracking parameters. */
  url: string;
  /** The same for every way to link to the post. */
  id: string;
  /** The person covered the link, so that what it shows is covered, too. */
  covered?: boolean;
}

/** A way to learn what a link leads to. */
export interface Source {
  /** For the operator: `yt-dlp`, `the embed page`. */
  name: string;
  /** @throws FetchFailure */
  fetch(link: Link, deadline: Deadline): Promise<Post>;
}

/** A web site, or several. */
export interface Site {
  /** As people call it; it stands in sentences. */
  name: string;
  /** What stands for the link to the original; its name unless told. */
  nameOf?(link: Link): string;
  /** What it answers, in sentences: `Instagram links`. */
  links: string;
  /** By which its commands are called: `instagram`. */
  command: string;
  /** What a message must contain to be looked at, in any case. */
  hears: string;
  /** Which post an address leads to, as far as it tells. */
  readLink(address: URL): Link | undefined;
  /**
   * Where an address leads to another one, such as a short link: the post.
   *
   * @throws FetchFailure
   */
  resolve?(link: Link, deadline: Deadline): Promise<Link>;
  /** In the order in which they are tried. */
  sources: readonly Source[];
  /** Sent with the request for a file. */
  headers?: Record<string, string>;
}
