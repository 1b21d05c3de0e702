import { definePlugin } from "@rookery/plugin-sdk";
import { XMLBuilder, XMLParser, XMLValidator } from "fast-xml-parser";

export default definePlugin({
  setup(bot) {
    const parser = new XMLParser({ ignoreAttributes: false, isArray: (name) => name === "item" });
    const builder = new XMLBuilder({ ignoreAttributes: false });
    const broken = XMLValidator.validate("<a><b></a>");
    bot.log.info(
      JSON.stringify({
        parsed: parser.parse(
          '<?xml version="1.0"?><list n="2"><item>1</item><!-- --><item><![CDATA[<two>]]></item></list>',
        ),
        built: builder.build({ list: { "@_n": "1", item: "a & b" } }),
        broken: broken === true ? "" : broken.err.msg,
      }),
    );
  },
});
