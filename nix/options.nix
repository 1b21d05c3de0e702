# What an operator may set under services.rookery. A test compares it with the schema of rookery.yaml.
{ lib, pkgs }:
let
  inherit (lib) mkOption types;
  inherit (import ./types.nix { inherit lib pkgs; }) yaml optional secret;
in
import ./declared.nix { inherit lib pkgs; }
// {
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
      freeformType = yaml;
      options = import ./settings.nix { inherit lib pkgs; };
    };
  };
  secretKeyFile = secret "A file with 32 bytes as base64, which seal the logins; else Rookery makes one in its state.";
  webhooks = {
    port = optional types.port "The port of the plugins' webhooks; without it there are none.";
    host = mkOption {
      type = types.str;
      default = "127.0.0.1";
      description = "The address at which webhooks are listened for.";
    };
    publicUrl = optional types.str "What a reverse proxy serves them under.";
    bodyKb = optional types.ints.unsigned "KiB that a request's body may have.";
    perSecond = optional types.ints.unsigned "Requests to an instance, in the long run.";
  };
  openFirewall = mkOption {
    type = types.bool;
    default = false;
    description = "Whether the firewall lets requests in to the webhooks. The page's port is never opened.";
  };
  alerts = {
    room = optional (types.strMatching "!.+") "The ID of the room that is told what is wrong, and that it is over.";
    account = optional (types.strMatching "@[^:[:space:]]+:.+") "The user ID of the account that tells it.";
    operators = optional (types.listOf types.str) "The user IDs of those whose !rookery commands are obeyed there.";
    summary = optional types.str "When a summary is sent, as a cron expression; else never.";
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
        description = "Of how many of them the last one is kept; of `last`, how many of the newest are.";
      }
    ) { last = 3; daily = 7; weekly = 4; monthly = 12; };
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
