# What an operator may set under services.rookery.
{ lib, pkgs }:
let
  inherit (lib) mkOption types;
  yaml = pkgs.formats.yaml { };

  secret =
    description:
    mkOption {
      type = types.nullOr types.path;
      default = null;
      # Not interpolated: that would copy the file into the store, which everybody reads.
      apply = path: if path == null then null else toString path;
      inherit description;
    };
  optional =
    type: description:
    mkOption {
      type = types.nullOr type;
      default = null;
      inherit description;
    };
  grants = optional yaml.type "What it is granted, as its manifest asks; else all that its plugin is granted.";

  account = types.submodule {
    options = {
      userId = mkOption {
        type = types.strMatching "@[^:[:space:]]+:.+";
        example = "@bot:example.org";
        description = "The bot's Matrix user ID.";
      };
      homeserver = optional types.str "The homeserver's address or name; else it is found by the user ID.";
      accessTokenFile = secret "A file with an access token of the user.";
      passwordFile = secret "A file with the user's password; beside a token to register with, the new user's.";
      registrationTokenFile = secret "A file with a token that registers the user, if there is none yet.";
      sharedSecretFile = secret "A file with Synapse's registration_shared_secret, which registers the user.";
    };
  };

  plugin = types.submodule {
    options = {
      source = mkOption {
        type = types.path;
        description = "The bundle, an .mbp file; `pkgs.fetchurl` does as well.";
      };
      sha256 = mkOption {
        type = types.strMatching "[0-9a-f]{64}";
        description = "The bundle's SHA-256, as `rookery inspect` prints it. Another file is not installed.";
      };
      inherit grants;
    };
  };

  instance = types.submodule {
    options = {
      enable = mkOption {
        type = types.bool;
        default = true;
        description = "Whether it runs. Without it, it is stopped and keeps its data.";
      };
      plugin = mkOption {
        type = types.str;
        example = "org.example.hello";
        description = "The ID of a plugin under `plugins`.";
      };
      account = mkOption {
        type = types.str;
        description = "The name of an account under `accounts`, or the user ID of one that was added on the page.";
      };
      config = mkOption {
        type = yaml.type;
        default = { };
        description = "The plugin's settings, without its secrets.";
      };
      secretFiles = mkOption {
        type = types.attrsOf types.path;
        default = { };
        apply = lib.mapAttrs (_: toString);
        example = {
          "/token" = "/run/secrets/feed-token";
        };
        description = "Files with its secret settings, by JSON pointer into `config`.";
      };
      inherit grants;
    };
  };
in
{
  enable = mkOption {
    type = types.bool;
    default = false;
    description = "Whether to run Rookery, a home for Matrix bots.";
  };
  package = mkOption {
    type = types.package;
    default = pkgs.callPackage ./package.nix { };
    defaultText = lib.literalExpression "pkgs.callPackage ./package.nix { }";
    description = "The package to run.";
  };
  settings = mkOption {
    default = { };
    description = "What else rookery.yaml has; docs/operating.md lists it. No secrets: it lies in the store.";
    type = types.submodule {
      freeformType = yaml.type;
      options = {
        port = mkOption {
          type = types.port;
          default = 29316;
          description = "The port of the page and the API, on 127.0.0.1.";
        };
        logLevel = mkOption {
          type = types.enum [
            "debug"
            "info"
            "warn"
            "error"
            "silent"
          ];
          default = "info";
          description = "How much is logged.";
        };
        programSandbox = mkOption {
          type = types.enum [
            "auto"
            "off"
            "required"
          ];
          default = "required";
          description = "Whether plugins' programs run under bubblewrap.";
        };
      };
    };
  };
  secretKeyFile = secret "A file with 32 bytes as base64, which seal the logins; else Rookery makes one in its state.";
  accounts = mkOption {
    type = types.attrsOf account;
    default = { };
    description = "The bots' Matrix logins.";
  };
  plugins = mkOption {
    type = types.attrsOf plugin;
    default = { };
    description = "Installed plugins, by ID.";
  };
  instances = mkOption {
    type = types.attrsOf instance;
    default = { };
    description = "The bots: plugin, account and settings.";
  };
  webhooks = {
    port = optional types.port "The port of the plugins' webhooks; without it there are none.";
    host = mkOption {
      type = types.str;
      default = "127.0.0.1";
      description = "The address at which webhooks are listened for.";
    };
  };
  openFirewall = mkOption {
    type = types.bool;
    default = false;
    description = "Whether the firewall lets requests in to the webhooks. The page's port is never opened.";
  };
  backup = {
    enable = mkOption {
      type = types.bool;
      default = true;
      description = "Whether Rookery makes backups by itself.";
    };
    schedule = mkOption {
      type = types.str;
      default = "0 3 * * *";
      description = "When, as a cron expression.";
    };
    retention = lib.mapAttrs (
      _: default:
      mkOption {
        type = types.ints.unsigned;
        inherit default;
        description = "Of how many of them the last one is kept.";
      }
    ) { daily = 7; weekly = 4; monthly = 12; };
    path = optional types.path "The folder of the backups; else one in Rookery's state.";
    recipients = mkOption {
      type = types.listOf types.str;
      default = [ ];
      example = [ "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p" ];
      description = "Recipients of age's, to whom the backups are encrypted; none: they are not.";
    };
  };
  environmentFile = secret "A file with further variables (ROOKERY_…), as systemd reads it.";
  serviceDependencies = mkOption {
    type = types.listOf types.str;
    default = [ ];
    example = [ "my-homeserver.service" ];
    description = "Units that Rookery starts behind, beside the homeservers that the machine is known to run.";
  };
}
