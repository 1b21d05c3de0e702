import type { AddedPost, Instagram } from "./instagram.ts";
import type { MediaFile } from "./media-file.ts";

/** What a person does, in one room, one after the other. */
export type Step =
  | { say: string; html?: string; inThread?: true; notice?: true; as?: "bob" }
  /** Of the first message. */
  | { edit: string }
  | { redact: "link" }
  /** To the bot's first message. */
  | { react: string; as?: "bob" };

/** One way of pasting a link, and what the room shows of the bot at the end. */
export interface Case {
  what: string;
  /** `friend` has cookies; `media` is the plugin for any site, which Instagram is for it. */
  bot?: "bot" | "friend" | "media";
  steps: Step[];
  /** As {@link describeFile} and `describeEvent` have it; a pattern for sentences. */
  shows: (string | RegExp)[];
  /** The files, in order, whose very bytes arrive. */
  files?: MediaFile[];
}

/** `↩`: it answers the message. `#`: it is in a thread. `▒`: it is covered. */
export function describeFile({ mimetype, width, height, duration }: MediaFile, marks = ""): string {
  const kind = mimetype.startsWith("video/") ? "video" : "picture";
  return `${marks}${kind} ${width}×${height}${duration > 0 ? ` ${duration} s` : ""}`;
}

const CAPTION = ' "@rook: Two weeks in the hills"';
const COVER = "picture 160×200";

/** The post whole: the first item as a reply with a caption. */
function whole(post: AddedPost, caption = CAPTION, marks = ""): Pick<Case, "shows" | "files"> {
  return {
    shows: post.files.map(
      (file, n) => describeFile(file, n === 0 ? `↩${marks}` : marks) + (n === 0 ? caption : ""),
    ),
    files: post.files,
  };
}
const said = (sentence: RegExp): Pick<Case, "shows"> => ({ shows: [sentence] });
const nothing: Pick<Case, "shows"> = { shows: [] };

const mixed = (count: number) =>
  Array.from({ length: count }, (_, n) => (n % 3 === 1 ? ("video" as const) : ("picture" as const)));

/** Each kind × each failure × each setting. */
export function casesAt(site: Instagram): Case[] {
  const paste = (post: AddedPost): { steps: Step[] } => ({ steps: [{ say: post.url }] });
  const wellIn = (what: string, post: AddedPost, make: (url: string) => Step[]): Case => ({
    ...{ what, steps: make(post.url), ...whole(post) },
  });
  const silent = (what: string, make: (url: string) => Step[]): Case => ({
    ...{ what, steps: make(site.addReel().url), ...nothing },
  });
  const fails = (what: string, post: AddedPost, sentence: RegExp): Case => ({
    ...{ what, ...paste(post), ...said(sentence) },
  });
  const setting = (
    what: string,
    command: string,
    post: AddedPost,
    shown: Pick<Case, "shows" | "files">,
  ): Case => ({
    ...{ what, steps: [{ say: command }, { say: post.url }], ...shown },
  });

  const again = site.addPost();
  const shared = site.addReel();
  const [first, second] = [site.addPost(), site.addReel()];
  const five = Array.from({ length: 6 }, () => site.addPost({ picture: "square.png" }));
  const thirdMissing = site.addCarousel(
    ["picture", "picture", "picture", "picture"],
    {},
    { 2: { kind: "missing" } },
  );
  const thirdLarge = site.addCarousel(
    ["video", "video", "video", "video"],
    {},
    { 2: { kind: "large", bytes: 60 * 1024 * 1024, declared: true } },
  );
  const long = Array.from({ length: 200 }, (_, n) => `word${n}`).join(" ");
  const plain = site.addReel();
  const edited = [site.addPost(), site.addPost({ picture: "landscape.jpg" })] as const;
  const odd = site.addPost({ caption: "<b>5 > 4</b> & more", username: "a.b_c", fullName: "A & B" });
  const bare = site.addPost({ caption: "" });
  const code = plain.url.split("/").at(-2);

  return [
    { what: "a reel", ...paste(plain), ...whole(plain) },
    ...(["portrait.jpg", "landscape.jpg", "square.png"] as const).map((picture): Case => {
      const post = site.addPost({ picture });
      return { what: `a picture, ${picture}`, ...paste(post), ...whole(post) };
    }),
    ...[
      ["a carousel of 4 videos", site.addCarousel(["video", "video", "video", "video"])] as const,
      ["a carousel of 12, mixed", site.addCarousel(mixed(12))] as const,
      [
        "a carousel of 20 pictures",
        site.addCarousel(Array.from({ length: 20 }, () => "picture" as const)),
      ] as const,
    ].map(([what, post]): Case => ({ what, ...paste(post), ...whole(post) })),
    wellIn("/tv/", site.addReel(), (url) => [{ say: url.replace("/reel/", "/tv/") }]),
    wellIn("/reels/", site.addReel(), (url) => [{ say: url.replace("/reel/", "/reels/") }]),
    wellIn("the author in front", site.addReel(), (url) => [{ say: url.replace("/reel/", "/rook/reel/") }]),
    wellIn("m. and tracking parameters", site.addReel(), (url) => [
      { say: `${url.replace("www.", "m.")}?igsh=MzRlODBiNWFlZA==&utm_source=qr` },
    ]),
    wellIn("without www., among words", site.addReel(), (url) => [
      { say: `look (${url.replace("www.", "")}), nice!` },
    ]),
    { what: "a share link", steps: [{ say: site.addShare(shared).url }], ...whole(shared) },
    {
      what: "two links in a message",
      steps: [{ say: `${first.url} and ${second.url}` }],
      shows: [...whole(first).shows, ...whole(second).shows],
      files: [...first.files, ...second.files],
    },
    wellIn("the same link twice in a message", site.addReel(), (url) => [{ say: `${url} ${url}?igsh=x` }]),
    {
      what: "six links in a message: five",
      steps: [{ say: five.map(({ url }) => url).join("\n") }],
      shows: five.slice(0, 5).flatMap((post) => whole(post).shows),
    },
    silent("in inline code", (url) => [{ say: `\`${url}\`` }]),
    silent("in a code block", (url) => [{ say: `\`\`\`\n${url}\n\`\`\`` }]),
    silent("in a quote", (url) => [{ say: `> ${url}\n\nI agree` }]),
    silent("inside <…>", (url) => [{ say: `<${url}>` }]),
    silent("in code of the HTML", (url) => [{ say: url, html: `<code>${url}</code>` }]),
    silent("in what another bot says", (url) => [{ say: url, notice: true }]),
    silent("a profile", () => [{ say: "https://www.instagram.com/rook/" }]),
    silent("another host", () => [{ say: `https://instagram.com.example.org/p/${code}/` }]),
    (() => {
      const post = site.addPost();
      const html = `<span data-mx-spoiler>${post.url}</span>`;
      return { what: "covered by a spoiler", steps: [{ say: post.url, html }], ...whole(post, CAPTION, "▒") };
    })(),
    (() => {
      const post = site.addCarousel(["picture", "video"]);
      return {
        what: "in a thread",
        steps: [{ say: post.url, inThread: true }],
        ...whole(post, CAPTION, "#"),
      };
    })(),
    wellIn("a link that an edit brings", site.addReel(), (url) => [{ say: "wait" }, { edit: url }]),
    silent("a link that an edit takes away", (url) => [{ say: url }, { edit: "never mind" }]),
    {
      what: "a link that an edit changes",
      steps: [{ say: edited[0].url }, { edit: edited[1].url }],
      ...whole(edited[1]),
    },
    wellIn("an edit that keeps the link", site.addReel(), (url) => [{ say: url }, { edit: `${url} nice` }]),
    silent("a message that is removed", (url) => [{ say: url }, { redact: "link" }]),
    {
      what: "a message about nothing that is removed",
      steps: [{ say: site.addDeleted().url }, { redact: "link" }],
      ...nothing,
    },
    silent("❌ by who posted", (url) => [{ say: url }, { react: "❌" }]),
    wellIn("❌ by somebody else", site.addReel(), (url) => [{ say: url }, { react: "❌", as: "bob" }]),
    wellIn("👍 by who posted", site.addReel(), (url) => [{ say: url }, { react: "👍" }]),
    {
      what: "the same again",
      steps: [{ say: again.url }, { say: again.url }],
      // The second answers the second message.
      shows: whole(again).shows.flatMap((shown) => [shown, String(shown).replace("↩", "")]),
      files: [...again.files, ...again.files],
    },

    fails("private", site.addPrivate(), /private or needs a login/),
    fails("deleted", site.addDeleted(), /deleted or never existed/),
    fails("limited, by a login page", site.addRateLimited("login"), /limiting us/),
    fails("limited, by 429", site.addRateLimited("429"), /limiting us/),
    fails("restricted", site.addRestricted("Only in Atlantis"), /restricts this post: .*Only in Atlantis/),
    fails("a page that trickles", site.addTooSlow("trickle"), /too slow/),
    fails("a page that never answers", site.addTooSlow("silent"), /too slow/),
    fails("a file that trickles", site.addTooSlow("trickle", "file"), /too slow/),
    fails("HTML as video", site.addHtmlAsVideo(), /no picture and no video/),
    fails("a story, without cookies", site.addStory("video"), /private or needs a login/),
    {
      what: "too large, declared",
      ...paste(site.addTooLarge(400 * 1024 * 1024)),
      shows: [/^↩picture 160×200 "@rook: .*Too large to post here \(400 MB\)/s],
    },
    {
      what: "too large, not declared",
      ...paste(site.addTooLarge(60 * 1024 * 1024, { declared: false })),
      shows: [/^↩picture 160×200 "@rook: .*Too large to post here \(over 50 MB\)/s],
    },
    {
      what: "a carousel without its third",
      ...paste(thirdMissing),
      shows: [
        ...whole(thirdMissing).shows.filter((_, n) => n !== 2),
        /^Item 3 of 4 could not be fetched: Instagram did not hand out the file\./,
      ],
      files: thirdMissing.files.filter((_, n) => n !== 2),
    },
    {
      what: "a carousel whose third is too large",
      ...paste(thirdLarge),
      shows: whole(thirdLarge).shows.map((shown, n) =>
        n === 2 ? new RegExp(`^${COVER} "Too large to post here \\(60 MB\\)`) : shown,
      ),
    },
    (() => {
      const post = site.addRateLimited("login", { embeddable: true });
      return { what: "limited, but to be embedded", ...paste(post), ...whole(post) };
    })(),
    ...[
      ["private, with cookies", site.addPrivate()] as const,
      ["a story, with cookies", site.addStory("video")] as const,
    ].map(([what, post]): Case => ({ what, bot: "friend", ...paste(post), ...whole(post) })),

    ...(() => {
      const [off, compact, full, folded, sensitive] = [
        site.addReel(),
        site.addReel({ caption: "One\n\nTwo" }),
        site.addReel({ caption: "One\n\nTwo", fullName: "Rook" }),
        site.addReel({ caption: long, fullName: "Rook" }),
        site.addCarousel(["picture", "video"]),
      ];
      return [
        setting("captions off", "!instagram captions off", off, whole(off, "")),
        setting("captions compact", "!instagram captions compact", compact, whole(compact, ' "@rook: One"')),
        setting(
          "captions full",
          "!instagram captions full",
          full,
          whole(full, ' "Rook (@rook)\n\nOne\n\nTwo"'),
        ),
        setting("a long caption", "!instagram captions full", folded, {
          shows: [/^↩video .*word0 .*…"$/s, /^#… word\d+ .*word199$/s],
          files: folded.files,
        }),
        setting("quiet", "!instagram quiet", sensitive, whole(sensitive)),
      ];
    })(),
    setting("quiet, about what is deleted", "!instagram quiet", site.addDeleted(), nothing),
    setting("off", "!instagram off", site.addReel(), nothing),
    {
      what: "somebody who wants to be left alone",
      steps: [
        { say: "!instagram me off", as: "bob" },
        { say: site.addReel().url, as: "bob" },
      ],
      ...nothing,
    },
    ...(() => {
      const post = site.addReel();
      const title = ' "Rook & Co: Video by rook"';
      return [
        { what: "by yt-dlp alone", bot: "media" as const, ...paste(post), ...whole(post, title) },
        {
          what: "by yt-dlp alone, deleted",
          ...{ bot: "media" as const, ...paste(site.addDeleted()), ...said(/deleted or never existed/) },
        },
        {
          what: "by yt-dlp alone, too large",
          ...{ bot: "media" as const, ...paste(site.addTooLarge(300 * 1024 * 1024)) },
          shows: [/Too large to post here \(over 50 MB\)/],
        },
        {
          what: "a site that was not chosen",
          ...{ bot: "media" as const, steps: [{ say: "https://vimeo.com/76979871" }], ...nothing },
        },
      ];
    })(),
    { what: "a caption like HTML", ...paste(odd), ...whole(odd, ' "@a.b_c: <b>5 > 4</b> & more"') },
    { what: "a post without a text", ...paste(bare), ...whole(bare, ' "@rook"') },
  ];
}
