# The names of all options of services.rookery, as paths: `instances.*.plugin`.
let
  lib = import ./lib.nix;
  yaml = {
    name = "YAML";
    check = _: true;
    merge = _: value: value;
  };
  pkgs = {
    callPackage = _: _: null;
    formats.yaml = _: { type = yaml; };
  };

  within =
    path: set:
    builtins.concatLists (
      map (
        name:
        let
          at = path ++ [ name ];
          option = set.${name};
        in
        if (option._type or "") == "option" then ofType at option.type else within at option
      ) (builtins.attrNames set)
    );
  # Of a mapping, what each entry has; of what is one value, itself.
  ofType =
    path: type:
    if type ? options then
      within path type.options
    else if type ? inner && type.name == "attribute set of submodule" then
      within (path ++ [ "*" ]) type.inner.options
    else
      [ (builtins.concatStringsSep "." path) ];
in
within [ ] (import ../../../nix/options.nix { inherit lib pkgs; })
