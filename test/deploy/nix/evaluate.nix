# What nix/module.nix makes of a definition of services.rookery: its unit, its rookery.yaml, the firewall's ports, and
# the messages of the assertions that do not hold.
{ definition, others ? "{ }", nixpkgsLib ? null }:
let
  standIn = import ./lib.nix;
  lib = if nixpkgsLib == null then standIn else import nixpkgsLib;
  given = {
    rookery = import definition;
    others = import others;
  };

  program = name: {
    inherit name;
    type = "derivation";
    outPath = "/nix/store/00000000000000000000000000000000-${name}";
  };
  yamlType =
    if nixpkgsLib == null then
      { name = "YAML"; check = _: true; merge = _: value: value; }
    else
      lib.types.attrsOf lib.types.anything;
  pkgs = {
    yt-dlp = program "yt-dlp";
    ffmpeg = program "ffmpeg";
    bubblewrap = program "bubblewrap";
    coreutils = program "coreutils";
    util-linux = program "util-linux";
    callPackage = _: _: program "rookery";
    formats.yaml = _: {
      type = yamlType;
      # As text, for the test to read.
      generate = _: value: builtins.toJSON value;
    };
  };
  load = config: import ../../../nix/module.nix { inherit config lib pkgs; };

  byStandIn =
    let
      rookery = lib.evaluate "services.rookery" (load { }).options.services.rookery null given.rookery;
    in
    (load { services = given.others // { inherit rookery; }; }).config;

  byNixpkgs =
    let
      any = lib.mkOption {
        type = lib.types.attrsOf lib.types.anything;
        default = { };
      };
      machine.options = {
        environment = any;
        networking = any;
        systemd = any;
        users = any;
        assertions = lib.mkOption {
          type = lib.types.listOf lib.types.anything;
          default = [ ];
        };
      } // {
        services = builtins.mapAttrs (_: _: any) given.others;
      };
    in
    (lib.evalModules {
      specialArgs = { inherit pkgs; };
      modules = [
        ../../../nix/module.nix
        machine
        { services = given.others // { inherit (given) rookery; }; }
      ];
    }).config;

  config = if nixpkgsLib == null then byStandIn else byNixpkgs;
  unit = config.systemd.services.rookery or null;
  # That it refers to a bundle in the store is of no matter here.
  start = builtins.unsafeDiscardStringContext unit.serviceConfig.ExecStart;
in
{
  failed = map ({ message, ... }: message) (builtins.filter ({ assertion, ... }: !assertion) (config.assertions or [ ]));
  inherit unit;
  settings =
    if unit == null then
      null
    else
      builtins.fromJSON (builtins.substring (builtins.stringLength "${pkgs.callPackage 0 0}/bin/rookery serve --config ") (-1) start);
  ports = config.networking.firewall.allowedTCPPorts or [ ];
}
