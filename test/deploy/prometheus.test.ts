import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryDirectory } from "../../packages/host/src/testing/temporary-directory.ts";
import { onPath } from "../available.ts";
import { describeWith } from "../describe-with.ts";

const DEPLOY = join(import.meta.dirname, "../../deploy");
const promtool = onPath("promtool")
  ? { available: true as const }
  : { available: false as const, reason: "no promtool on the PATH" };

const run = (cwd: string, ...args: string[]) =>
  execFileSync("promtool", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

interface Panel {
  title: string;
  targets?: { expr: string }[];
}

describeWith([promtool], "Prometheus", () => {
  it("takes the alert rules, and each alert comes when it should", () => {
    const folder = join(DEPLOY, "prometheus");
    expect(run(folder, "check", "rules", "--lint=all", "--lint-fatal", "rookery.rules.yml")).toContain(
      "SUCCESS",
    );
    expect(run(folder, "test", "rules", "rookery.rules.test.yml")).toContain("SUCCESS");
  });

  it("has a test of each alert", () => {
    const alerts = (file: string, pattern: RegExp) =>
      new Set(
        [...readFileSync(join(DEPLOY, "prometheus", file), "utf8").matchAll(pattern)].map(([, name]) => name),
      );
    const tested = alerts("rookery.rules.test.yml", /alertname: (\w+)\n/g);
    expect(alerts("rookery.rules.yml", /- alert: (\w+)/g)).toEqual(tested);
  });

  it("understands what the dashboard asks", () => {
    const { panels } = JSON.parse(readFileSync(join(DEPLOY, "grafana/rookery.json"), "utf8")) as {
      panels: Panel[];
    };
    const rules = panels
      .flatMap(({ targets = [] }) => targets)
      .map(({ expr }, index) => ({
        record: `panel:expression:${index}`,
        expr: expr
          .replaceAll("$__rate_interval", "5m")
          .replaceAll("$job", "rookery")
          .replaceAll("$bot", ".*"),
      }));
    expect(rules.length).toBeGreaterThan(30);
    const folder = temporaryDirectory();
    // JSON is YAML.
    writeFileSync(join(folder, "panels.yml"), JSON.stringify({ groups: [{ name: "panels", rules }] }));
    expect(run(folder, "check", "rules", "panels.yml")).toContain(`SUCCESS: ${rules.length} rules found`);
  });
});
