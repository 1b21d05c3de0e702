import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { markdown, mention, spoiler } from "./index.ts";

const html = (source: string) => markdown(source).html;

describe("Markdown", () => {
  test.each([
    ["**b** _i_ ~~d~~ `c`", "<strong>b</strong> <em>i</em> <del>d</del> <code>c</code>"],
    ["one\n\ntwo", "<p>one</p>\n<p>two</p>"],
    ["# Title", "<h1>Title</h1>"],
    ["- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"],
    ["3. a", '<ol start="3">\n<li>a</li>\n</ol>'],
    ["```js\na < b\n```", '<pre><code class="language-js">a &lt; b\n</code></pre>'],
    ['```"x\na\n```', "<pre><code>a\n</code></pre>"],
    ["[a](https://example.org/?a=1&b=2)", '<a href="https://example.org/?a=1&amp;b=2">a</a>'],
    ['[a](https://example.org "title")', '<a href="https://example.org">a</a>'],
    ["https://example.org", '<a href="https://example.org">https://example.org</a>'],
    ["![cat](mxc://example.org/a)", '<img src="mxc://example.org/a" alt="cat">'],
    ["![cat](https://example.org/a.png)", '<a href="https://example.org/a.png">cat</a>'],
    ["AT&T &amp; <b>bold</b>", "AT&amp;T &amp; &lt;b&gt;bold&lt;/b&gt;"],
    ["<script>**x**</script>", "&lt;script&gt;<strong>x</strong>&lt;/script&gt;"],
    ["<!-- a --> <img src=x onerror=alert(1)>", "&lt;!-- a --&gt; &lt;img src=x onerror=alert(1)&gt;"],
  ])("%j", (source, expected) => {
    expect(html(source)).toBe(expected);
  });

  test("a table has no attributes, and a task is a sign", () => {
    expect(html("| a |\n|:-:|\n| 1 |")).toBe(
      "<table>\n<thead>\n<tr>\n<th>a</th></tr>\n</thead>\n<tbody><tr>\n<td>1</td></tr>\n</tbody></table>",
    );
    expect(html("- [x] done")).toContain("☑ done");
  });

  test.each(["javascript:alert(1)", "data:text/html,x", "JaVaScRiPt:x", "//example.org", "vbscript:x"])(
    "a link to %s is its text",
    (address) => {
      expect(html(`[click](<${address}>)`)).toBe("click");
      expect(html(`![click](<${address}>)`)).toBe("click");
    },
  );

  test("its text is what was written", () => {
    expect(markdown("**b**\n\n- a").text).toBe("**b**\n\n- a");
  });
});

describe("what is put into a template", () => {
  test("is shown as it is, wherever it stands", () => {
    const evil = "**b** <i>x</i> [a](https://evil.example) `c`\n# no";
    const shown = "**b** &lt;i&gt;x&lt;/i&gt; [a](https://evil.example) `c`<br># no";
    expect(markdown`> ${evil}`).toMatchObject({
      html: `<blockquote>\n<p>${shown}</p>\n</blockquote>`,
      text: `> ${evil}`,
    });
    expect(markdown`**${"a*b"}** ${5}`.html).toBe("<strong>a*b</strong> 5");
    expect(markdown`\`${"<`>"}\``.html).toBe("<code>&lt;`&gt;</code>");
  });

  test("is a whole address, or a part that stays one", () => {
    expect(markdown`[a](${"https://example.org/?a&b"})`.html).toBe(
      '<a href="https://example.org/?a&amp;b">a</a>',
    );
    expect(markdown`[a](https://example.org/${"x/../?y"})`.html).toBe(
      '<a href="https://example.org/x%2F..%2F%3Fy">a</a>',
    );
    expect(markdown`[a](${"javascript:alert(1)"})`.html).toBe("a");
    expect(markdown`[a](${"java"}script:alert(1))`.html).toBe("a");
  });

  test("may be formatted text, whose mentions count", () => {
    const {
      text,
      html: made,
      mentions,
    } = markdown`${mention({ userId: "@ada:test", displayName: "A<da>" })}: ${markdown`**hi**`} ${mention("@bob:test")} ${mention("@ada:test")}`;
    expect(text).toBe("A<da>: **hi** @bob:test @ada:test");
    expect(made).toContain('<a href="https://matrix.to/#/@ada:test">A&lt;da&gt;</a>: <strong>hi</strong>');
    expect(mentions).toEqual({ users: ["@ada:test", "@bob:test"] });
    expect(markdown`${mention("@room")}`.mentions).toEqual({ users: [], room: true });
  });

  test("is no object that says it were formatted", () => {
    const forged = { text: "x", html: "<img src=x onerror=alert(1)>" };
    expect(() => markdown`${forged}`).toThrow(/can stand in Markdown/);
    expect(spoiler(forged).html).toBe("<span data-mx-spoiler>x</span>");
  });

  test("and the lines of a template lose the code's indentation", () => {
    const made = markdown`
      one

          ${"two"}
    `;
    expect(made.html).toBe("<p>one</p>\n<pre><code>two\n</code></pre>");
  });

  test("brings no tag and no attribute, whatever it is", () => {
    const nasty = fc.stringMatching(/^[<>"'&\x60*_[\]()!\\\n :/|~#=a-z-]{0,40}$/);
    fc.assert(
      fc.property(nasty, nasty, (a, b) => {
        const { html: made } = markdown`x ${a} [${b}](https://example.org/${a}) y`;
        const tags = [...made.matchAll(/<[^>]*>/g)].map(([tag]) => tag);
        const allowed = /^(?:<a href="https:\/\/example\.org\/[^"<>]*">|<\/a>|<br>|<\/?p>)$/;
        expect(tags.filter((tag) => !allowed.test(tag))).toEqual([]);
      }),
    );
    fc.assert(
      fc.property(nasty, (source) => {
        expect(markdown(source).html).not.toMatch(
          /<(?!\/?(?:p|a|strong|em|del|code|pre|ul|ol|li|blockquote|h[1-6]|hr|br|table|thead|tbody|tr|th|td)\b)/,
        );
        expect(markdown(source).html).not.toMatch(/<[^>]*\son/);
      }),
    );
  });
});

test("a mention is a pill of a user ID", () => {
  expect(mention("@a/b:example.org").html).toBe(
    '<a href="https://matrix.to/#/@a%2Fb:example.org">@a/b:example.org</a>',
  );
  for (const none of ["ada", "@ada", "", "!room:test", "@a b:test"])
    expect(() => mention(none)).toThrow(none);
});

test("a spoiler is not in the text", () => {
  expect(spoiler("the <butler>", 'who "did" it')).toEqual({
    text: '[Spoiler: who "did" it]',
    html: '<span data-mx-spoiler="who &quot;did&quot; it">the &lt;butler&gt;</span>',
  });
  expect(markdown`It was ${spoiler(markdown`**him**`)}.`).toMatchObject({
    text: "It was [Spoiler].",
    html: "It was <span data-mx-spoiler><strong>him</strong></span>.",
  });
});
