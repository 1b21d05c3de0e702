# Accounts, plugins, instances and users that are declared: what an operator may say of each.
{ lib, pkgs }:
let
  inherit (lib) mkOption types;
  inherit (import ./types.nix { inherit lib pkgs; }) yaml optional secret secrets group entries;
  enable =
    description:
    mkOption {
      type = types.bool;
      default = true;
      inherit description;
    };
in
{
  accounts = entries "The bots' Matrix logins, by a name for `instances`." {
    enable = enable "Whether it is to be online.";
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
    autojoin = group {
      policy = optional (types.enum [
        "never"
        "allow-list"
        "always"
      ]) "Which invitations it takes by itself.";
      allow = optional (types.listOf types.str) "Whose, of an allow-list: @*:example.org, *.example.com.";
    };
    encryptFor = optional (types.enum [
      "all"
      "cross-signed"
    ]) "Whose devices can read what it says in encrypted rooms.";
    prefix = optional (types.strMatching "[^[:space:]]{1,16}") "What stands before a command; ! unless told.";
    roomPrefixes = optional (types.attrsOf types.str) "In these rooms something else does, by room ID.";
  };

  plugins = entries "Installed plugins, by ID." {
    source = mkOption {
      type = types.path;
      description = "The bundle, an .mbp file; `pkgs.fetchurl` does as well.";
    };
    sha256 = mkOption {
      type = types.strMatching "[0-9a-f]{64}";
      description = "The bundle's SHA-256, as `rookery inspect` prints it. Another file is not installed.";
    };
    grants = optional yaml "What it may do, beside what its instances' `grants` name.";
    refused = optional yaml "What it asks for and is to go on without.";
  };

  instances = entries "The bots: plugin, account and settings." {
    enable = enable "Whether it runs. Without it, it is stopped and keeps its data.";
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
      type = yaml;
      default = { };
      description = "The plugin's settings, without its secrets.";
    };
    secretFiles = secrets "Files with its secret settings, by JSON pointer into `config`." {
      "/token" = "/run/secrets/feed-token";
    };
    rooms = optional (types.listOf (types.strMatching "!.+")) "The rooms in which it may act, by ID; else all of its account's.";
    grants = optional yaml "What it is granted, as its manifest asks; else all that its plugin is granted.";
    catchUpSeconds = optional types.ints.unsigned "How old a message may be and still be answered; else the plugin's own age.";
  };

  users = entries "Who may sign in, by name; a password is set with `rookery users link`." {
    role = mkOption {
      type = types.enum [
        "viewer"
        "deployer"
        "admin"
      ];
      description = "What they may do.";
    };
    disabled = optional types.bool "Whether they may not sign in for now.";
  };
}
