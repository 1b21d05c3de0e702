# services.rookery: Rookery as a service of NixOS. How it is used: docs/operating.md.
{ config, lib, pkgs, ... }:
let
  cfg = config.services.rookery;
  yaml = pkgs.formats.yaml { };
  # What is not set is left out, and so is a group in which nothing is.
  without = lib.filterAttrs (_: value: value != null && value != { });

  # Units of the homeservers that nixpkgs has a module for.
  homeservers = {
    matrix-synapse = "matrix-synapse.service";
    matrix-conduit = "conduit.service";
    matrix-continuwuity = "continuwuity.service";
    matrix-tuwunel = "tuwunel.service";
    dendrite = "dendrite.service";
  };
  isRun = name: ((config.services.${name} or { }).enable or false) == true;
  dependencies = map (name: homeservers.${name}) (lib.filter isRun (lib.attrNames homeservers)) ++ cfg.serviceDependencies;

  loginFiles = [
    "accessTokenFile"
    "passwordFile"
    "registrationTokenFile"
    "sharedSecretFile"
  ];
  # { id, file, option }: a file that systemd hands to the service under `id`.
  secretsOfAccount = name: lib.concatMap (
    key:
    lib.optional (cfg.accounts.${name}.${key} != null) {
      id = "account-${name}-${key}";
      file = cfg.accounts.${name}.${key};
      option = "accounts.${name}.${key}";
    }
  ) loginFiles;
  pointerId = instance: pointer: "instance-${instance}${lib.replaceStrings [ "/" ] [ "-" ] pointer}";
  secretsOfInstance = name: lib.mapAttrsToList (pointer: file: {
    id = pointerId name pointer;
    inherit file;
    option = "instances.${name}.secretFiles.\"${pointer}\"";
  }) cfg.instances.${name}.secretFiles;
  variableId = program: variable: "program-${program}-${variable}";
  secretsOfProgram = name: lib.mapAttrsToList (variable: file: {
    id = variableId name variable;
    inherit file;
    option = "settings.programs.${name}.envFiles.${variable}";
  }) cfg.settings.programs.${name}.envFiles;
  credentials =
    lib.optional (cfg.secretKeyFile != null) {
      id = "secret.key";
      file = cfg.secretKeyFile;
      option = "secretKeyFile";
    }
    ++ lib.optional (cfg.settings.network.proxyFile != null) {
      id = "network-proxyFile";
      file = cfg.settings.network.proxyFile;
      option = "settings.network.proxyFile";
    }
    ++ lib.concatMap secretsOfProgram (lib.attrNames cfg.settings.programs)
    ++ lib.concatMap secretsOfAccount (lib.attrNames cfg.accounts)
    ++ lib.concatMap secretsOfInstance (lib.attrNames cfg.instances);

  # Each entry is as rookery.yaml has it, but for what has another name here.
  declared = {
    accounts = lib.mapAttrs (
      name: account:
      without (removeAttrs account ([ "enable" ] ++ loginFiles) // { autojoin = without account.autojoin; })
      // {
        enabled = account.enable;
      }
      // lib.listToAttrs (map (key: lib.nameValuePair key "account-${name}-${key}") (
        lib.filter (key: account.${key} != null) loginFiles
      ))
    ) cfg.accounts;
    plugins = lib.mapAttrs (
      _: plugin: without (removeAttrs plugin [ "source" ]) // { path = "${plugin.source}"; }
    ) cfg.plugins;
    instances = lib.mapAttrs (
      name: instance:
      without (removeAttrs instance [ "enable" ])
      // {
        enabled = instance.enable;
      }
      // lib.optionalAttrs (instance.secretFiles != { }) {
        secretFiles = lib.mapAttrs (pointer: _: pointerId name pointer) instance.secretFiles;
      }
    ) cfg.instances;
    users = lib.mapAttrs (_: without) cfg.users;
  };
  general = without (
    cfg.settings
    // {
      limits = without cfg.settings.limits;
      network =
        without cfg.settings.network
        // lib.optionalAttrs (cfg.settings.network.proxyFile != null) { proxyFile = "network-proxyFile"; };
      programs = lib.mapAttrs (
        name: program:
        without program
        // lib.optionalAttrs (program.envFiles != { }) {
          envFiles = lib.mapAttrs (variable: _: variableId name variable) program.envFiles;
        }
      ) cfg.settings.programs;
    }
  );
  settings = lib.foldl' lib.recursiveUpdate { } [
    general
    (without declared)
    (lib.optionalAttrs (cfg.webhooks.port != null) { webhooks = without cfg.webhooks; })
    (without { alerts = without cfg.alerts; })
    (lib.optionalAttrs cfg.backup.enable {
      backup = without { inherit (cfg.backup) schedule path; } // {
        keep = cfg.backup.retention;
      } // lib.optionalAttrs (cfg.backup.recipients != [ ]) {
        inherit (cfg.backup) recipients;
      };
    })
  ];

  inStore = file: lib.hasPrefix builtins.storeDir file;
  backsUpElsewhere = cfg.backup.enable && cfg.backup.path != null;
  isLoopback = host: host == "::1" || lib.hasPrefix "127." host;
  secretFiles = credentials ++ lib.optional (cfg.environmentFile != null) {
    file = cfg.environmentFile;
    option = "environmentFile";
  };
  # As the schema of rookery.yaml has them.
  names = [
    { option = "accounts"; pattern = "[a-z0-9][a-z0-9-]{0,62}"; }
    { option = "instances"; pattern = "[a-z0-9][a-z0-9-]{0,62}"; }
    { option = "plugins"; pattern = "[a-z][a-z0-9-]*(\\.[a-z0-9][a-z0-9-]*)+"; }
    { option = "users"; pattern = "[A-Za-z0-9._-]{1,64}"; }
  ];
  addressNames = [
    "host"
    "address"
    "bind"
    "listen"
  ];
in
{
  options.services.rookery = import ./options.nix { inherit lib pkgs; };

  config = lib.mkIf cfg.enable {
    assertions =
      map (
        { file, option, ... }:
        {
          assertion = !inStore file;
          message = "services.rookery.${option} is ${file}, which lies in the Nix store, where everybody on the machine reads it. Name a file outside of it as a string, such as \"/run/secrets/rookery\".";
        }
      ) secretFiles
      ++ map (name: {
        assertion = !(cfg.settings ? ${name});
        message = "services.rookery.settings.${name}: Rookery's page and API are on 127.0.0.1 and nowhere else. Reach them through an SSH tunnel, or a reverse proxy whose name is in settings.allowedHosts.";
      }) addressNames
      ++ lib.mapAttrsToList (name: { plugin, ... }: {
        assertion = cfg.plugins ? ${plugin};
        message = "services.rookery.instances.${name}.plugin is ${plugin}, and services.rookery.plugins has no such plugin. It has: ${toString (lib.attrNames cfg.plugins)}.";
      }) cfg.instances
      ++ lib.mapAttrsToList (name: { account, ... }: {
        assertion = cfg.accounts ? ${account} || lib.hasPrefix "@" account;
        message = "services.rookery.instances.${name}.account is ${account}, and services.rookery.accounts has no such account. It has: ${toString (lib.attrNames cfg.accounts)}.";
      }) cfg.instances
      ++ lib.concatMap (
        { option, pattern }:
        map (name: {
          assertion = builtins.match pattern name != null;
          message = "services.rookery.${option}.\"${name}\" is no name that Rookery takes: it has to match ${pattern}.";
        }) (lib.attrNames cfg.${option})
      ) names
      ++ map (name: {
        assertion = secretsOfAccount name != [ ];
        message = "services.rookery.accounts.${name} has nothing to log in with: set one of ${toString loginFiles}.";
      }) (lib.attrNames cfg.accounts)
      ++ [
        {
          assertion = !(cfg.settings ? dataDir);
          message = "services.rookery.settings.dataDir: all state lies in /var/lib/rookery, which systemd makes for the service. Leave it out.";
        }
        {
          assertion = cfg.alerts.room == null -> without cfg.alerts == { };
          message = "services.rookery.alerts has no room: set alerts.room to the ID of the room that is to be told.";
        }
        {
          assertion = cfg.alerts.room != null -> cfg.alerts.account != null;
          message = "services.rookery.alerts.account is not set: set it to the user ID of the account that tells ${toString cfg.alerts.room}.";
        }
        {
          assertion = cfg.openFirewall -> cfg.webhooks.port != null && !isLoopback cfg.webhooks.host;
          message = "services.rookery.openFirewall opens the port of the webhooks, and nothing listens there: set webhooks.port, and webhooks.host to an address that is not the machine's own loopback.";
        }
        {
          assertion = cfg.settings.network.proxy == null || !(lib.hasInfix "@" cfg.settings.network.proxy);
          message = "services.rookery.settings.network.proxy has a password in it, which would lie in the Nix store. Set settings.network.proxyFile, or ROOKERY_NETWORK_PROXY in environmentFile.";
        }
      ];

    environment.systemPackages = [ cfg.package ];

    networking.firewall.allowedTCPPorts = lib.optional cfg.openFirewall cfg.webhooks.port;

    # DynamicUser= takes this one where it is there: a folder outside of the state has to belong to somebody.
    users = lib.optionalAttrs backsUpElsewhere {
      users.rookery = {
        isSystemUser = true;
        group = "rookery";
      };
      groups.rookery = { };
    };
    systemd.tmpfiles.rules = lib.optional backsUpElsewhere "d ${toString cfg.backup.path} 0700 rookery rookery";

    systemd.services.rookery = {
      description = "Rookery, a home for Matrix bots";
      wantedBy = [ "multi-user.target" ];
      wants = [ "network-online.target" ];
      after = [ "network-online.target" ] ++ dependencies;
      startLimitIntervalSec = 0;
      path = [
        pkgs.yt-dlp
        pkgs.ffmpeg
        pkgs.bubblewrap
        pkgs.util-linux
      ];
      environment =
        {
          ROOKERY_DATA_DIR = "%S/rookery";
        }
        // lib.optionalAttrs (cfg.secretKeyFile != null) { ROOKERY_SECRET_KEY_FILE = "%d/secret.key"; };
      serviceConfig =
        import ./hardening.nix
        // {
          ExecStart = "${cfg.package}/bin/rookery serve --config ${yaml.generate "rookery.yaml" settings}";
          ExecReload = "${pkgs.coreutils}/bin/kill -HUP $MAINPID";
          LoadCredential = map ({ id, file, ... }: "${id}:${file}") credentials;
        }
        // lib.optionalAttrs (cfg.environmentFile != null) { EnvironmentFile = cfg.environmentFile; }
        // lib.optionalAttrs backsUpElsewhere {
          ReadWritePaths = [ "${cfg.backup.path}" ];
        };
    };
  };
}
