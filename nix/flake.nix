{
  description = "Rookery, a home for Matrix bots";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      systems = [
        "x86_64-linux"
        "aarch64-linux"
      ];
      forEach = make: nixpkgs.lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});
    in
    {
      packages = forEach (pkgs: rec {
        rookery = pkgs.callPackage ./package.nix { };
        default = rookery;
      });
      nixosModules.default = ./module.nix;
      checks = forEach (pkgs: {
        vm = pkgs.testers.runNixOSTest ./test.nix;
      });
    };
}
