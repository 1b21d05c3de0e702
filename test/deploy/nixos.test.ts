import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "@rookery/host";
import { configSchema } from "@rookery/host/declared";
import { expect, it } from "vitest";
import { temporaryDirectory } from "../../packages/host/src/testing/temporary-directory.ts";
import { type Availability, onPath } from "../available.ts";
import { describeWith } from "../describe-with.ts";
import { fencedIn } from "../documents/blocks.ts";

const ROOT = join(import.meta.dirname, "../..");
const NIX = join(ROOT, "nix");
const RECIPIENT = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
const SHA256 = "0".repeat(64);

const nix: Availability = onPath("nix-instantiate")
  ? { available: true }
  : { available: false, reason: "no nix-instantiate on the PATH" };

/** Of the module's own, and not of `rookery.yaml`. */
const ABOUT_THE_SERVICE = [
  ...["enable", "package", "openFirewall", "backup.enable", "environmentFile", "serviceDependencies"],
];

/** What an option is called in `rookery.yaml`. */
function settingOf(option: string): string {
  return option
    .replace(/^settings\./, "")
    .replace(/^(accounts|instances)\.\*\.enable$/, "$1.*.enabled")
    .replace("plugins.*.source", "plugins.*.path")
    .replace("backup.retention.", "backup.keep.");
}

interface Schema {
  properties?: Record<string, Schema>;
  patternProperties?: Record<string, Schema>;
  anyOf?: Schema[];
}

/** All settings that a schema has, `*` for any name: one that is a value, or a mapping of values. */
function settingsIn(schema: Schema, path: string[] = []): string[] {
  const { properties, patternProperties = {}, anyOf = [] } = schema;
  const [entry] = Object.values(patternProperties);
  const whole = properties ?? anyOf.find((each) => each.properties)?.properties;
  // What a manifest may ask for is no setting of its own.
  if (["grants", "refused"].includes(path.at(-1) ?? "")) return [path.join(".")];
  if (whole) return Object.entries(whole).flatMap(([name, each]) => settingsIn(each, [...path, name]));
  return entry?.properties ? settingsIn(entry, [...path, "*"]) : [path.join(".")];
}

interface Evaluated {
  failed: string[];
  // biome-ignore lint/suspicious/noExplicitAny: tests look deep into it; a wrong path fails the expectation
  unit: any;
  // biome-ignore lint/suspicious/noExplicitAny: likewise
  settings: any;
  ports: number[];
}

/** nixpkgs' own `lib`, where the one who runs the tests has it. */
const nixpkgsLib = process.env.ROOKERY_NIXPKGS_LIB;
const LIBS =
  nixpkgsLib === undefined
    ? ([["a stand-in for nixpkgs' lib", []]] as const)
    : ([
        ["a stand-in for nixpkgs' lib", []],
        ["nixpkgs' lib", ["--arg", "nixpkgsLib", nixpkgsLib]],
      ] as const);

function instantiate(...args: string[]): string {
  // Neither a store nor a home is needed to evaluate.
  const folder = temporaryDirectory();
  const env = {
    ...process.env,
    HOME: folder,
    NIX_STORE_DIR: "/nix/store",
    NIX_STATE_DIR: join(folder, "state"),
  };
  return execFileSync("nix-instantiate", args, { encoding: "utf8", env, stdio: ["ignore", "pipe", "pipe"] });
}

describeWith([nix], "the files for NixOS", () => {
  it("are all well formed", () => {
    const files = readdirSync(NIX);
    expect(files).toContain("test.nix");
    for (const file of files.filter((name) => name.endsWith(".nix"))) instantiate("--parse", join(NIX, file));
  });

  it("have an option for each setting of rookery.yaml, and none beyond", () => {
    const all: string[] = JSON.parse(
      instantiate("--eval", "--strict", "--json", join(import.meta.dirname, "nix/options.nix")),
    );
    const inFile = all.filter((option) => !ABOUT_THE_SERVICE.includes(option)).map(settingOf);
    expect(inFile.sort()).toEqual(
      settingsIn(configSchema())
        // Which systemd makes for the service.
        .filter((setting) => setting !== "dataDir")
        .sort(),
    );
  });

  it("run the service as the plain unit does", () => {
    const nixos = JSON.parse(instantiate("--eval", "--strict", "--json", join(NIX, "hardening.nix")));
    const plain: Record<string, unknown> = {};
    const [, service = ""] = readFileSync(join(ROOT, "deploy/rookery.service"), "utf8").split(
      /^\[(?:Service|Install)\]$/m,
    );
    for (const [, key = "", text = ""] of service.matchAll(/^(\w+)=(.*)$/gm)) {
      // What the module makes of its options.
      if (["ExecStart", "ExecReload", "Environment", "LoadCredential"].includes(key)) continue;
      const value = text === "yes" ? true : typeof nixos[key] === "number" ? Number(text) : text;
      plain[key] = key in plain ? [plain[key], value].flat() : value;
    }
    expect(Object.keys(plain).length).toBeGreaterThan(30);
    expect(nixos).toEqual(plain);
    const settings = /^StartLimitIntervalSec=(.*)$/m.exec(
      readFileSync(join(ROOT, "deploy/rookery.service"), "utf8"),
    );
    const module = readFileSync(join(NIX, "module.nix"), "utf8");
    expect(module).toContain(`startLimitIntervalSec = ${settings?.[1]};`);
  });
});

for (const [name, args] of LIBS) {
  describeWith([nix], `the NixOS module, evaluated with ${name}`, () => {
    function evaluate(definition: string, others = "{ }"): Evaluated {
      const folder = temporaryDirectory();
      const file = (name: string, text: string) => {
        writeFileSync(join(folder, name), text);
        return join(folder, name);
      };
      const files = [
        "--arg",
        "definition",
        file("rookery.nix", definition),
        "--arg",
        "others",
        file("others.nix", others),
      ];
      const text = instantiate(
        "--eval",
        "--strict",
        "--json",
        join(import.meta.dirname, "nix/evaluate.nix"),
        ...files,
        ...args,
      );
      return JSON.parse(text);
    }

    it("does nothing unless it is enabled", () => {
      expect(evaluate("{ }")).toEqual({ failed: [], unit: null, settings: null, ports: [] });
    });

    it("makes a service of ten lines", () => {
      const { failed, unit, settings, ports } = evaluate(`{
        enable = true;
        accounts.bot = {
          userId = "@bot:example.org";
          registrationTokenFile = "/run/secrets/registration-token";
        };
        plugins."org.example.hello" = { source = "/srv/hello.mbp"; sha256 = "${SHA256}"; };
        instances.hello = { plugin = "org.example.hello"; account = "bot"; config.greeting = "Moin"; };
      }`);
      expect(failed).toEqual([]);
      expect(settings).toEqual({
        ...{ port: 29_316, logLevel: "info", programSandbox: "required" },
        accounts: {
          bot: {
            ...{ userId: "@bot:example.org", enabled: true },
            registrationTokenFile: "account-bot-registrationTokenFile",
          },
        },
        plugins: { "org.example.hello": { path: "/srv/hello.mbp", sha256: SHA256 } },
        instances: {
          hello: { plugin: "org.example.hello", account: "bot", config: { greeting: "Moin" }, enabled: true },
        },
        backup: { schedule: "0 3 * * *", keep: { last: 3, daily: 7, weekly: 4, monthly: 12 } },
      });
      expect(unit.serviceConfig.LoadCredential).toEqual([
        "account-bot-registrationTokenFile:/run/secrets/registration-token",
      ]);
      expect(unit.path.map((path: string) => path.split("-").slice(1).join("-"))).toEqual([
        "yt-dlp",
        "ffmpeg",
        "bubblewrap",
        "util-linux",
      ]);
      expect(unit.serviceConfig).toMatchObject({
        DynamicUser: true,
        StateDirectory: "rookery",
        ProtectSystem: "strict",
      });
      expect(ports).toEqual([]);
    });

    it("takes the example of docs/operating.md", () => {
      const example = fencedIn("docs/operating.md").find(({ language }) => language === "nix")?.content ?? "";
      const folder = temporaryDirectory();
      writeFileSync(join(folder, "flake.nix"), example.replace('sha256 = "…"', `sha256 = "${SHA256}"`));
      writeFileSync(join(folder, "hello.mbp"), "");
      const { failed, unit, settings } = evaluate(`
        let
          flake = import ${folder}/flake.nix;
          outputs = flake.outputs { nixpkgs.lib.nixosSystem = machine: machine; rookery.nixosModules.default = { }; };
        in
        (builtins.elemAt outputs.nixosConfigurations.server.modules 1).services.rookery
      `);
      expect(failed).toEqual([]);
      expect(unit.serviceConfig.LoadCredential).toHaveLength(2);
      expect(Object.keys(settings.instances)).toEqual(["hello"]);
    });

    it("hands on secrets of instances, the key, grants, and what else the settings have", () => {
      const { failed, unit, settings } = evaluate(`{
        enable = true;
        secretKeyFile = "/run/secrets/key";
        environmentFile = "/run/secrets/environment";
        settings = { port = 4000; limits.databaseMb = 64; users.ada.role = "admin"; };
        accounts.bot = { userId = "@bot:example.org"; passwordFile = "/run/secrets/password"; };
        plugins."org.example.feed" = { source = "/srv/feed.mbp"; sha256 = "${SHA256}"; grants.network = [ "feeds.example.org" ]; };
        instances.feed = { plugin = "org.example.feed"; account = "@other:example.org"; enable = false; secretFiles."/api/token" = "/run/secrets/feed"; };
        backup.path = "/srv/backups";
      }`);
      expect(failed).toEqual([]);
      expect(settings).toMatchObject({
        ...{ port: 4_000, limits: { databaseMb: 64 }, users: { ada: { role: "admin" } } },
        plugins: { "org.example.feed": { grants: { network: ["feeds.example.org"] } } },
        instances: {
          feed: {
            account: "@other:example.org",
            enabled: false,
            secretFiles: { "/api/token": "instance-feed-api-token" },
          },
        },
        backup: { path: "/srv/backups" },
      });
      expect(unit.serviceConfig.LoadCredential).toEqual([
        "secret.key:/run/secrets/key",
        "account-bot-passwordFile:/run/secrets/password",
        "instance-feed-api-token:/run/secrets/feed",
      ]);
      expect(unit.serviceConfig).toMatchObject({
        EnvironmentFile: "/run/secrets/environment",
        ReadWritePaths: ["/srv/backups"],
      });
      expect(unit.environment.ROOKERY_SECRET_KEY_FILE).toBe("%d/secret.key");
    });

    it("writes what the host takes for its configuration, whatever is set", () => {
      const { failed, settings, unit } = evaluate(`{
        enable = true;
        users.ada = { role = "admin"; disabled = false; };
        alerts = { room = "!a:example.org"; account = "@bot:example.org"; operators = [ "@ada:example.org" ]; summary = "0 8 * * *"; };
        accounts.bot = {
          enable = false;
          userId = "@bot:example.org";
          homeserver = "https://matrix.example.org";
          accessTokenFile = "/run/a"; passwordFile = "/run/p"; registrationTokenFile = "/run/r"; sharedSecretFile = "/run/s";
          autojoin = { policy = "allow-list"; allow = [ "@*:example.org" ]; };
          prefix = "#";
          roomPrefixes."!a:example.org" = "bot.";
        };
        plugins."org.example.feed" = {
          source = "/srv/feed.mbp";
          sha256 = "${SHA256}";
          grants.network = [ "feeds.example.org" ];
          refused.programs = [ "ffmpeg" ];
        };
        instances.feed = {
          plugin = "org.example.feed";
          account = "bot";
          config = { every = 5; nothing = null; };
          rooms = [ "!a:example.org" ];
          catchUpSeconds = 60;
          grants.network = [ "feeds.example.org" ];
          secretFiles."/api/token" = "/run/secrets/feed";
        };
        settings = {
          limits = { databaseMb = 64; writesPerSecond = 0.5; };
          network = { proxyFile = "/run/proxy"; privateHosts."git.example.org" = [ "10.0.0.1" ]; };
          programs.figlet = { path = "/usr/bin/figlet"; options."-f" = true; envFiles.KEY = "/run/key"; };
        };
        webhooks = { port = 4001; publicUrl = "https://bots.example.org"; perSecond = 5; };
        backup.path = "/srv/backups";
        backup.recipients = [ "${RECIPIENT}" ];
      }`);
      expect(failed).toEqual([]);
      const cwd = temporaryDirectory();
      const credentials = join(cwd, "credentials");
      mkdirSync(credentials);
      for (const credential of unit.serviceConfig.LoadCredential as string[]) {
        writeFileSync(
          join(credentials, credential.split(":")[0] ?? ""),
          "http://user:password@proxy.example.org:3128",
        );
      }
      // JSON is YAML.
      writeFileSync(join(cwd, "rookery.yaml"), JSON.stringify(settings));
      const config = loadConfig({ env: { CREDENTIALS_DIRECTORY: credentials }, cwd });
      expect(config).toMatchObject({
        users: { ada: { role: "admin" } },
        alerts: { room: "!a:example.org", account: "@bot:example.org", operators: ["@ada:example.org"] },
        accounts: {
          bot: {
            ...{ userId: "@bot:example.org", enabled: false, prefix: "#" },
            autojoin: { policy: "allow-list", allow: ["@*:example.org"] },
            roomPrefixes: { "!a:example.org": "bot." },
          },
        },
        plugins: { "org.example.feed": { refused: { programs: ["ffmpeg"] } } },
        instances: {
          feed: {
            ...{ plugin: "org.example.feed", account: "bot", catchUpSeconds: 60, rooms: ["!a:example.org"] },
            config: { every: 5, nothing: null },
          },
        },
        limits: { databaseMb: 64, writesPerSecond: 0.5, cpuPercent: 80 },
        network: { proxy: "http://user:password@proxy.example.org:3128" },
        programs: { figlet: { path: "/usr/bin/figlet", options: { "-f": true } } },
        backup: {
          ...{ path: "/srv/backups", recipients: [RECIPIENT] },
          keep: { last: 3, daily: 7, weekly: 4, monthly: 12 },
        },
        webhooks: { port: 4_001, publicUrl: "https://bots.example.org", perSecond: 5 },
      });
    });

    it("starts behind whichever homeserver the machine runs, and what else it is told", () => {
      const others =
        "{ matrix-synapse.enable = true; matrix-conduit.enable = false; matrix-continuwuity.enable = true; }";
      expect(
        evaluate(`{ enable = true; serviceDependencies = [ "mine.service" ]; }`, others).unit.after,
      ).toEqual([
        ...["network-online.target", "continuwuity.service", "matrix-synapse.service", "mine.service"],
      ]);
    });

    it("opens the firewall for webhooks only", () => {
      const webhooks = `webhooks = { port = 4001; host = "0.0.0.0"; };`;
      expect(evaluate(`{ enable = true; openFirewall = true; ${webhooks} }`)).toMatchObject({
        failed: [],
        ports: [4_001],
      });
      expect(evaluate(`{ enable = true; ${webhooks} }`)).toMatchObject({
        failed: [],
        ports: [],
        settings: { webhooks: { port: 4_001, host: "0.0.0.0" } },
      });
    });

    it.each([
      [
        "a secret in the store",
        `accounts.bot = { userId = "@bot:example.org"; passwordFile = "/nix/store/00000000000000000000000000000000-x"; };`,
        "services.rookery.accounts.bot.passwordFile is /nix/store/00000000000000000000000000000000-x, which lies in the Nix store, where everybody on the machine reads it.",
      ],
      [
        "a management address",
        `settings.host = "0.0.0.0";`,
        "services.rookery.settings.host: Rookery's page and API are on 127.0.0.1 and nowhere else.",
      ],
      [
        "an unknown plugin",
        `accounts.bot = { userId = "@bot:example.org"; passwordFile = "/run/p"; }; instances.a = { plugin = "org.example.nosuch"; account = "bot"; };`,
        "services.rookery.instances.a.plugin is org.example.nosuch, and services.rookery.plugins has no such plugin.",
      ],
      [
        "an unknown account",
        `plugins."org.example.a" = { source = "/a.mbp"; sha256 = "${SHA256}"; }; instances.a = { plugin = "org.example.a"; account = "nosuch"; };`,
        "services.rookery.instances.a.account is nosuch, and services.rookery.accounts has no such account.",
      ],
      [
        "an account without a login",
        `accounts.bot.userId = "@bot:example.org";`,
        "services.rookery.accounts.bot has nothing to log in with",
      ],
      [
        "an open firewall without webhooks",
        "openFirewall = true;",
        "services.rookery.openFirewall opens the port of the webhooks, and nothing listens there",
      ],
      [
        "a password in the proxy's address",
        `settings.network.proxy = "http://u:p@proxy:1";`,
        "services.rookery.settings.network.proxy has a password in it",
      ],
      [
        "a data directory elsewhere",
        `settings.dataDir = "/srv/rookery";`,
        "services.rookery.settings.dataDir: all state lies in /var/lib/rookery",
      ],
      [
        "alerts that nobody tells",
        `alerts.room = "!a:example.org";`,
        "services.rookery.alerts.account is not set: set it to the user ID of the account that tells !a:example.org.",
      ],
      [
        "alerts that go nowhere",
        `alerts.operators = [ "@ada:example.org" ];`,
        "services.rookery.alerts has no room",
      ],
      [
        "a name that Rookery does not take",
        `accounts."My Bot" = { userId = "@bot:example.org"; passwordFile = "/run/p"; };`,
        'services.rookery.accounts."My Bot" is no name that Rookery takes',
      ],
      [
        "a program's secret in the store",
        `settings.programs.x = { path = "/bin/x"; envFiles.KEY = "/nix/store/00000000000000000000000000000000-x"; };`,
        "services.rookery.settings.programs.x.envFiles.KEY is /nix/store/",
      ],
    ])("refuses %s, and says what to do", (_what, definition, message) => {
      const { failed } = evaluate(`{ enable = true; ${definition} }`);
      expect(failed).toHaveLength(1);
      expect(failed[0]).toContain(message);
    });

    it.each([
      [`accounts.bot.userId = "bot";`, "accounts.bot.userId"],
      [`settings.port = "29316";`, "settings.port"],
      [`settings.logLevel = "loud";`, "settings.logLevel"],
      [`plugins."org.example.a" = { source = "/a.mbp"; sha256 = "abc"; };`, "sha256"],
      [`users.ada.role = "root";`, "users.ada.role"],
      [`settings.limits.databaseMB = 64;`, "settings.limits.databaseMB"],
      [`accounts.bot = { userId = "@bot:example.org"; prefix = "much too long a prefix"; };`, "prefix"],
      [`nosuch = 1;`, "services.rookery.nosuch"],
    ])("refuses what is not of its type: %s", (definition, option) => {
      expect(() => evaluate(`{ enable = true; ${definition} }`)).toThrow(option);
    });
  });
}

it("are where the flake says", () => {
  const flake = readFileSync(join(NIX, "flake.nix"), "utf8");
  const named = [...flake.matchAll(/\.\/[\w-]+\.nix/g)].map(([path]) => join(NIX, path));
  expect(named.length).toBeGreaterThan(2);
  expect(named.filter((path) => !existsSync(path))).toEqual([]);
});
