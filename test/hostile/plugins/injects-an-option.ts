import { expect } from "vitest";
import { plugin } from "../attempt.ts";

/** Which would run a command, write where it likes, or read another configuration. */
export default plugin({
  permissions: () => ({ programs: ["downloader"] }),
  go: `
    const tries = [["--exec", "id"], ["--exec=id"], ["-o", WORLD.folder + "/x"], ["--config-locations", WORLD.secretFile], ["-J", "--exec", "id"], ["-Jo" + WORLD.folder], ["-f", "--exec"], ["-f"], ["-f", "best", "--", "--exec", "id"], ["--", "-o"], ["--", "file:///etc/passwd"], ["--", "https://x", "file:///x"], ["__proto__"], ["constructor", "x"], ["-J", ""], ["--no-playlist=1"], ["-J " + "--exec"], [String.fromCharCode(0)], ["--", "https://" + String.fromCharCode(0) + "x"]];
    const ran = [];
    for (const args of tries) await bot.programs.run("downloader", args).then(() => ran.push(args), () => {});
    return ran;`,
  async expect({ answer, outside }) {
    expect(answer).toBe("got []");
    const { readFile } = await import("node:fs/promises");
    expect(await readFile(outside.programCalls, "utf8").catch(() => "")).not.toMatch(
      /exec|-o|config-loc|file:/,
    );
  },
});
