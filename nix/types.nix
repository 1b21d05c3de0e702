# Ways of writing the options of services.rookery.
{ lib, pkgs }:
let
  inherit (lib) mkOption types;
in
{
  yaml = (pkgs.formats.yaml { }).type;

  # What is not set is as Rookery has it by default.
  optional =
    type: description:
    mkOption {
      type = types.nullOr type;
      default = null;
      inherit description;
    };

  secret =
    description:
    mkOption {
      type = types.nullOr types.path;
      default = null;
      # Not interpolated: that would copy the file into the store, which everybody reads.
      apply = path: if path == null then null else toString path;
      inherit description;
    };

  secrets =
    description: example:
    mkOption {
      type = types.attrsOf types.path;
      default = { };
      apply = lib.mapAttrs (_: toString);
      inherit description example;
    };

  group =
    options:
    mkOption {
      type = types.submodule { inherit options; };
      default = { };
      description = "What belongs together.";
    };

  entries =
    description: options:
    mkOption {
      type = types.attrsOf (types.submodule { inherit options; });
      default = { };
      inherit description;
    };
}
