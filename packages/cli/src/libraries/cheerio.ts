import { definePlugin } from "@rookery/plugin-sdk";
import { load } from "cheerio";

export default definePlugin({
  setup(bot) {
    const $ = load(`<main><h1 class="title">News</h1><!-- none -->
      <ul><li><a href="/1">One &amp; only</a></li><li data-new><a href="/2">Two</a></li></ul></main>`);
    $("h1").text("Old news").addClass("seen");
    bot.log.info(
      JSON.stringify({
        links: $("ul > li a[href]")
          .map((_, link) => `${$(link).attr("href")} ${$(link).text()}`)
          .get(),
        fresh: $("li[data-new]").find("a").text(),
        title: $.html("h1"),
        data: $.extract({ all: ["li:nth-child(2) a"] }),
      }),
    );
  },
});
