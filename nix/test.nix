# A machine with a homeserver and a declared bot. Needs nixpkgs and KVM: `nix flake check ./nix`, or
# `nix build ./nix#checks.x86_64-linux.vm`.
{ pkgs, ... }:
let
  secret = "a shared secret for this test alone";
  key = pkgs.writeText "key" "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
in
{
  name = "rookery";

  nodes.machine =
    { config, ... }:
    let
      bundle = "${config.services.rookery.package}/lib/rookery/packages/host/dist/bundles/hello.mbp";
    in
    {
      imports = [ ./module.nix ];
      virtualisation.memorySize = 2048;

      services.matrix-synapse = {
        enable = true;
        settings = {
          server_name = "example.test";
          registration_shared_secret = secret;
          database.name = "sqlite3";
          listeners = [
            {
              port = 8008;
              bind_addresses = [ "127.0.0.1" ];
              type = "http";
              tls = false;
              resources = [
                {
                  names = [ "client" ];
                  compress = false;
                }
              ];
            }
          ];
        };
      };

      # Where a real machine has sops or agenix. Written when it starts, so that nothing of it is in the store by name.
      systemd.tmpfiles.rules = [
        "f /run/rookery-shared-secret 0400 root root - ${secret}"
        "C /run/rookery-key 0400 root root - ${key}"
      ];

      services.rookery = {
        enable = true;
        secretKeyFile = "/run/rookery-key";
        accounts.bot = {
          userId = "@bot:example.test";
          homeserver = "http://127.0.0.1:8008";
          sharedSecretFile = "/run/rookery-shared-secret";
        };
        plugins."org.rookery.hello" = {
          source = bundle;
          # Import from derivation, which a test may and a configuration should not.
          sha256 = builtins.hashFile "sha256" bundle;
        };
        instances.hello = {
          plugin = "org.rookery.hello";
          account = "bot";
        };
      };
    };

  testScript = ''
    machine.wait_for_unit("matrix-synapse.service")
    machine.wait_for_unit("rookery.service")
    machine.wait_until_succeeds("curl --fail http://127.0.0.1:29316/readyz", timeout=60)

    with subtest("the state survives kill -9, and systemd starts it anew"):
        before = machine.succeed("systemctl show --value -p MainPID rookery").strip()
        machine.succeed(f"kill -9 {before}")
        machine.wait_until_succeeds("curl --fail http://127.0.0.1:29316/readyz", timeout=60)

    with subtest("nothing but the loopback answers"):
        address = machine.succeed("hostname -I").split()[0]
        machine.fail(f"curl --max-time 5 http://{address}:29316/healthz")

    with subtest("it is as closed as it says"):
        machine.succeed("systemd-analyze security --threshold=25 rookery.service")
  '';
}
