import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { loadConfiguration } from "../config/load.ts";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { describeConfiguration } from "./configuration.ts";

const FILE = `
port: 29400
limits: { databaseMb: 64, filesMb: 128 }
network: { proxy: "http://ada:hunter2@proxy.example:3128" }
programs:
  report: { path: /bin/true, always: ["--password=hunter2"], env: { TOKEN: hunter2, EMPTY: "" } }
`;

test("each setting is told with where its value came from, and nothing that may be a secret", () => {
  const cwd = temporaryDirectory();
  writeFileSync(join(cwd, "rookery.yaml"), FILE);
  const env = { ROOKERY_LIMITS_FILES_MB: "256", ROOKERY_PORT: "" };
  const { config, origin } = loadConfiguration({ env, cwd });
  const { file, settings } = describeConfiguration(config, origin);
  expect(file).toBe(join(cwd, "rookery.yaml"));
  const of = (name: string) => settings.find((setting) => setting.name === name);
  const shown = { hidden: false, variable: null };
  expect(of("port")).toEqual({ ...shown, name: "port", value: 29400, from: "file" });
  expect(of("limits.databaseMb")).toMatchObject({ value: 64, from: "file" });
  expect(of("limits.filesMb")).toEqual({
    ...{ name: "limits.filesMb", value: 256, hidden: false },
    ...{ from: "environment", variable: "ROOKERY_LIMITS_FILES_MB" },
  });
  expect(of("auditDays")).toEqual({ ...shown, name: "auditDays", value: 365, from: "default" });
  expect(of("dataDir")).toMatchObject({ value: join(cwd, "data"), from: "default" });
  expect(of("network.proxy")?.value).toBe("http://***@proxy.example:3128/");
  expect(of("programs.report.path")).toMatchObject({ value: "/bin/true", from: "file" });
  expect(of("programs.report.env.TOKEN")).toMatchObject({ value: null, hidden: true, from: "file" });
  expect(of("programs.report.always")).toMatchObject({ value: null, hidden: true });
  expect(of("programs.report.env.EMPTY")).toMatchObject({ value: "", hidden: false });
  expect(JSON.stringify(settings)).not.toContain("hunter2");
});

test("without a file, what is set is set by the environment or a default", () => {
  const cwd = temporaryDirectory();
  const { config, origin } = loadConfiguration({ env: { ROOKERY_PORT: "0" }, cwd });
  const { file, settings } = describeConfiguration(config, origin);
  expect(file).toBeNull();
  const set = settings.filter(({ from }) => from !== "default");
  expect(set.map(({ name, from }) => [name, from])).toEqual([["port", "environment"]]);
});
