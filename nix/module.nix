# services.rookery: Rookery as a service of NixOS. How it is used: docs/operating.md.
{ config, lib, pkgs, ... }:
let
  cfg = config.services.rookery;
  yaml = pkgs.formats.yaml { };
  without = lib.filterAttrs (_: value: value != null);

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
  credentials =
    lib.optional (cfg.secretKeyFile != null) {
      id = "secret.key";
      file = cfg.secretKeyFile;
      option = "secretKeyFile";
    }
    ++ lib.concatMap secretsOfAccount (lib.attrNames cfg.accounts)
    ++ lib.concatMap secretsOfInstance (lib.attrNames cfg.instances);

  declared = {
    accounts = lib.mapAttrs (
      name: { userId, homeserver, ... }:
      without { inherit userId homeserver; }
      // lib.listToAttrs (map (key: lib.nameValuePair key "account-${name}-${key}") (
        lib.filter (key: cfg.accounts.${name}.${key} != null) loginFiles
      ))
    ) cfg.accounts;
    plugins = lib.mapAttrs (
      _: { source, sha256, grants }: without { path = "${source}"; inherit sha256 grants; }
    ) cfg.plugins;
    instances = lib.mapAttrs (
      name: { plugin, account, config, secretFiles, grants, enable }:
      without {
        inherit plugin account config grants;
        enabled = enable;
        secretFiles = if secretFiles == { } then null else lib.mapAttrs (pointer: _: pointerId name pointer) secretFiles;
      }
    ) cfg.instances;
  };
  settings = lib.foldl' lib.recursiveUpdate { } [
    cfg.settings
    (lib.filterAttrs (_: entries: entries != { }) declared)
    (lib.optionalAttrs (cfg.webhooks.port != null) { inherit (cfg) webhooks; })
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
      ++ map (name: {
        assertion = secretsOfAccount name != [ ];
        message = "services.rookery.accounts.${name} has nothing to log in with: set one of ${toString loginFiles}.";
      }) (lib.attrNames cfg.accounts)
      ++ [
        {
          assertion = cfg.openFirewall -> cfg.webhooks.port != null && !isLoopback cfg.webhooks.host;
          message = "services.rookery.openFirewall opens the port of the webhooks, and nothing listens there: set webhooks.port, and webhooks.host to an address that is not the machine's own loopback.";
        }
        {
          assertion = !(lib.hasInfix "@" (cfg.settings.network.proxy or ""));
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
