import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../testing/temporary-directory.ts";
import { NOTHING_DECLARED } from "./declared.ts";
import { loadConfig, loadConfiguration } from "./load.ts";
import { VARIABLES } from "./variables.ts";

/** Reads this as `rookery.yaml`, with these variables. */
function load(yaml: string | null, env: Record<string, string> = {}) {
  const cwd = temporaryDirectory();
  if (yaml !== null) writeFileSync(join(cwd, "rookery.yaml"), yaml);
  return { cwd, config: () => loadConfig({ env, cwd }) };
}

const invalid = (message: string) =>
  expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringContaining(message) });

test("without a file everything has its default", () => {
  const { cwd, config } = load(null);
  expect(config()).toEqual({
    ...{ dataDir: join(cwd, "data"), port: 29_316, allowedHosts: [], auditDays: 365, logLevel: "info" },
    ...{ network: { privateHosts: {} }, programs: {}, programSandbox: "auto" },
    limits: {
      ...{ workerMemoryMb: 128, databaseMb: 256, inboxEntries: 100_000 },
      ...{ cpuPercent: 80, messagesPerSecond: 100_000, writesPerSecond: 20, logLinesPerSecond: 50 },
      filesMb: 1_024,
      previewMegapixels: 25,
    },
    ...{
      trustedKeys: {},
      requireSignature: false,
      backup: { recipients: [], keep: { last: 3, daily: 7, weekly: 4, monthly: 12 } },
    },
    ...NOTHING_DECLARED,
    // No port: nothing listens for webhooks.
    webhooks: { host: "127.0.0.1", bodyKb: 1_024, perSecond: 20 },
  });
});

test("the file says what differs, and an empty one nothing", () => {
  expect(
    load("port: 4000\nlogLevel: debug\nnetwork:\n  proxy: http://127.0.0.1:3128\n").config(),
  ).toMatchObject({
    ...{ port: 4000, logLevel: "debug", network: { proxy: "http://127.0.0.1:3128" } },
  });
  expect(load("# nothing\n").config()).toMatchObject({ port: 29_316 });
});

test("variables win over the file, and empty ones say nothing", () => {
  const env = {
    ...{ ROOKERY_PORT: "5000", ROOKERY_DATA_DIR: "/var/lib/rookery", ROOKERY_LOG_LEVEL: "" },
    ...{ ROOKERY_NETWORK_PROXY: "http://proxy:3128", ROOKERY_LIMITS_WORKER_MEMORY_MB: "256" },
    ROOKERY_LIMITS_WRITES_PER_SECOND: "5",
  };
  expect(load("port: 4000\nlogLevel: debug\nnetwork: { caFile: /ca.pem }", env).config()).toMatchObject({
    ...{ port: 5000, dataDir: "/var/lib/rookery", logLevel: "debug" },
    network: { proxy: "http://proxy:3128", caFile: "/ca.pem" },
    limits: { workerMemoryMb: 256, writesPerSecond: 5, filesMb: 1_024 },
  });
});

test("webhooks have settings and variables of their own", () => {
  const env = { ROOKERY_WEBHOOKS_PORT: "0", ROOKERY_WEBHOOKS_PUBLIC_URL: "https://bots.example.org/x" };
  expect(load("webhooks: { port: 4000, host: '::', bodyKb: 64 }", env).config().webhooks).toEqual({
    ...{ port: 0, host: "::", publicUrl: "https://bots.example.org/x", bodyKb: 64, perSecond: 20 },
  });
});

test("a file is found where it is asked for", () => {
  const folder = temporaryDirectory();
  writeFileSync(join(folder, "other.yaml"), "port: 4001");
  expect(loadConfig({ file: "other.yaml", env: {}, cwd: folder }).port).toBe(4001);
  expect(loadConfig({ env: { ROOKERY_CONFIG: join(folder, "other.yaml") }, cwd: "/" }).port).toBe(4001);
  const absent = () => loadConfig({ file: "absent.yaml", env: {}, cwd: folder });
  expect(absent).toThrow(invalid(`The configuration ${join(folder, "absent.yaml")} cannot be read`));
});

test.each([
  ["port: 70000", "port must be <= 65535"],
  ["port: true", "port must be integer"],
  ["port: '4000'", "port must be integer"],
  ["limits: { workerMemoryMb: 128.5 }", "limits.workerMemoryMb must be integer"],
  ["logLevel: loud", "logLevel must be one of: debug, info, warn, error, silent"],
  ["dataDir: 5", "dataDir must be string"],
  ["prot: 4000", "prot is not a setting that Rookery knows"],
  ["network: { proxi: x }", "network.proxi is not a setting that Rookery knows"],
  ["network: { proxy: socks5://x }", 'network.proxy must match pattern "^https?://"'],
  ["webhooks: { port: any }", "webhooks.port must be integer"],
  ["webhooks: { publicUrl: bots.example.org }", "webhooks.publicUrl must match pattern"],
  ["webhooks: { publicUrl: 'https://bots.example.org/?a=1' }", "webhooks.publicUrl must match pattern"],
  ["webhooks: { prot: 1 }", "webhooks.prot is not a setting that Rookery knows"],
  ["network: nope", "network must be object"],
  ["allowedHosts: bots.example.org", "allowedHosts must be array"],
  ["programs: { yt: {} }", "programs.yt must have required properties path"],
  ["programs: { yt: { path: /x, exec: true } }", "programs.yt.exec is not a setting that Rookery knows"],
  ["programs: [yt-dlp]", "programs must be object"],
  ["requireSignature: sometimes", "requireSignature must be boolean"],
  ["trustedKeys: [x]", "trustedKeys must be object"],
  ["trustedKeys: { ada: 5 }", "trustedKeys.ada must be string"],
  ["trustedKeys: { ada: QUJD }", "trustedKeys.ada must be an Ed25519 public key"],
  [
    "trustedKeys: { ada: AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= }",
    'trustedKeys.ada must be an Ed25519 public key as "rookery keygen" prints it',
  ],
  ["- a", "must be a mapping of names to values"],
  ["port: [", "cannot be read"],
])("%s is refused: %s", (yaml, message) => {
  expect(load(yaml).config).toThrow(invalid(message));
});

test("all that is wrong is told at once, each on its line, and nothing twice", () => {
  const wrong = load("port: 70000\nprot: 1\nlogLevel: loud").config;
  expect(wrong).toThrow(
    "rookery.yaml is not a valid configuration:\n  line 2: prot is not a setting that Rookery knows (did you mean port?)\n  line 1: port must be <= 65535\n  line 3: logLevel must be one of: debug, info, warn, error, silent",
  );
});

test("a variable that does not fit names its setting, whatever the file holds there", () => {
  expect(load(null, { ROOKERY_PORT: "many" }).config).toThrow(invalid("port must be integer"));
  expect(load("network: text", { ROOKERY_NETWORK_PROXY: "http://x" }).config).toThrow(
    invalid("network must be object"),
  );
});

test("trusted keys have names", () => {
  const key = "TTzTK3VFI81pGGoYFnjLSgkJhRXkMfSz8hjz7Ft4jgA=";
  expect(load(`requireSignature: true\ntrustedKeys:\n  ada: ${key}\n`).config()).toMatchObject({
    ...{ requireSignature: true, trustedKeys: { ada: key } },
  });
});

test("a program needs its path only, and may do nothing then", () => {
  const { programs } = load("programs: { greet: { path: /bin/echo } }").config();
  expect(programs.greet).toEqual({ path: "/bin/echo", always: [], options: {}, operands: [], env: {} });
});

test("yt-dlp on the PATH needs no entry, may do little, and goes by the host's proxy and certificates", () => {
  const folder = temporaryDirectory();
  mkdirSync(join(folder, "bin"));
  const path = join(folder, "bin", "yt-dlp");
  writeFileSync(path, "#!/bin/sh\n");
  const env = { PATH: `/nowhere:${join(folder, "bin")}` };
  expect(load(null, env).config().programs).toEqual({});

  chmodSync(path, 0o755);
  const found = load("network: { proxy: http://proxy:1, caFile: /ca.pem }", env).config().programs["yt-dlp"];
  expect(found).toMatchObject({ path, operands: ["https://"], env: { SSL_CERT_FILE: "/ca.pem" } });
  expect(found?.always).toEqual(
    expect.arrayContaining(["--ignore-config", "--no-plugin-dirs", "--proxy", "http://proxy:1"]),
  );
  for (const option of [
    "--exec",
    "-P",
    "--config-locations",
    "--plugin-dirs",
    "--cookies-from-browser",
    "--batch-file",
    "-a",
  ]) {
    expect(found?.options).not.toHaveProperty(option);
  }
  // No path, but a file of the run's own directory.
  expect(found?.options).toMatchObject({ "-o": "file", "--cookies": "file" });
  const own = load("programs: { yt-dlp: { path: /opt/yt-dlp } }", env).config();
  expect(own.programs["yt-dlp"]).toMatchObject({ path: "/opt/yt-dlp", options: {} });
});

test("alerts need a room and an account, and nobody commands unless told", () => {
  const whole = "alerts: { room: '!ops:example.org', account: '@watch:example.org' }";
  expect(load(whole).config().alerts).toEqual({
    ...{ room: "!ops:example.org", account: "@watch:example.org", operators: [] },
  });
  expect(load("alerts: { room: '!ops:example.org' }").config).toThrow(invalid("alerts"));
  expect(load("alerts: { room: ops, account: watch }").config).toThrow(invalid("alerts.room"));
});

test("every setting that is one value has a variable, and a wrong one is told by its name", () => {
  const names = VARIABLES.map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining([
      ...["ROOKERY_DATA_DIR", "ROOKERY_AUDIT_DAYS", "ROOKERY_REQUIRE_SIGNATURE", "ROOKERY_WEBHOOKS_BODY_KB"],
      ...["ROOKERY_BACKUP_KEEP_MONTHLY", "ROOKERY_NETWORK_PROXY_FILE", "ROOKERY_LIMITS_PREVIEW_MEGAPIXELS"],
    ]),
  );
  const env = { ROOKERY_REQUIRE_SIGNATURE: "true", ROOKERY_AUDIT_DAYS: "90", ROOKERY_BACKUP_KEEP: "3" };
  expect(load("backup: { keep: 9 }", env).config()).toMatchObject({
    ...{ requireSignature: true, auditDays: 90 },
    backup: { keep: { last: 3, daily: 0, weekly: 0, monthly: 0 } },
  });
  expect(load(null, { ROOKERY_AUDIT_DAYS: "3" }).config).toThrow(
    invalid("auditDays must be >= 31 (from ROOKERY_AUDIT_DAYS)"),
  );
});

test("a number of backups to keep is the newest so many, as it was before there were days and weeks", () => {
  expect(load("backup: { keep: 3 }").config().backup.keep).toEqual({
    last: 3,
    daily: 0,
    weekly: 0,
    monthly: 0,
  });
  expect(load("backup: { keep: { daily: 2 } }").config().backup.keep).toEqual({
    ...{ last: 3, daily: 2, weekly: 4, monthly: 12 },
  });
});

test("secrets come from files, and a name without a slash from systemd's credentials", () => {
  const credentials = temporaryDirectory();
  writeFileSync(join(credentials, "proxy"), "http://ada:hunter2@proxy.example:3128\n");
  writeFileSync(join(credentials, "token"), "hunter2\n");
  const env = { CREDENTIALS_DIRECTORY: credentials };
  const yaml = `
network: { proxyFile: proxy }
programs: { report: { path: /bin/true, envFiles: { TOKEN: token } } }
accounts: { bot: { userId: "@bot:example.org", passwordFile: token, accessTokenFile: secrets/other } }
`;
  const { cwd, config } = load(yaml, env);
  const { network, programs, accounts } = config();
  expect(network.proxy).toBe("http://ada:hunter2@proxy.example:3128");
  expect(programs.report?.env).toEqual({ TOKEN: "hunter2" });
  expect(accounts.bot).toMatchObject({
    passwordFile: join(credentials, "token"),
    accessTokenFile: join(cwd, "secrets/other"),
  });
  expect(load("network: { proxyFile: absent }").config).toThrow(
    expect.objectContaining({
      code: "SECRET_UNREADABLE",
      message: expect.stringContaining("network.proxyFile"),
    }),
  );
});

test("what is declared gets its defaults, and what is wrong in it is told with its line", () => {
  const yaml = `
accounts:
  bot: { userId: "@bot:example.org", passwordFile: /p }
instances:
  hello: { plugin: org.example.hello, account: bot }
`;
  const { accounts, instances } = load(yaml).config();
  expect(accounts.bot).toMatchObject({
    ...{ enabled: true, autojoin: { policy: "always", allow: [] }, prefix: "!", roomPrefixes: {} },
    encryptFor: "all",
  });
  expect(instances.hello).toEqual({
    ...{ plugin: "org.example.hello", account: "bot", config: {}, secretFiles: {}, enabled: true },
  });
  const wrong = `instances:\n  hello:\n    plugin: org.example.hello\n    acount: bot\nusers: { ada: { role: boss } }`;
  expect(load(wrong).config).toThrow(
    invalid("line 4: instances.hello.acount is not a setting that Rookery knows (did you mean account?)"),
  );
  expect(load(wrong).config).toThrow(
    invalid("line 2: instances.hello must have required properties account"),
  );
  expect(load(wrong).config).toThrow(
    invalid("line 5: users.ada.role must be one of: viewer, deployer, admin"),
  );
  expect(load("accounts: { Bot: {} }").config).toThrow(invalid("accounts.Bot must match pattern"));
});

test("where a part stands in the file is known", () => {
  const { cwd } = load("port: 4000\ninstances:\n  hello: { plugin: org.example.x, account: a }\n");
  const { lineOf } = loadConfiguration({ env: {}, cwd });
  expect(lineOf(["instances", "hello"])).toBe(3);
  expect(lineOf(["instances", "hello", "rooms"])).toBe(3);
  expect(lineOf(["users"])).toBeNull();
});
