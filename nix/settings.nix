# What rookery.yaml has beside what services.rookery has options of its own for; docs/operating.md says more of each.
{ lib, pkgs }:
let
  inherit (lib) mkOption types;
  inherit (import ./types.nix { inherit lib pkgs; }) optional secret secrets group entries;
  number = optional types.ints.unsigned;
in
{
  port = mkOption {
    type = types.port;
    default = 29316;
    description = "The port of the page and the API, on 127.0.0.1.";
  };
  socket = optional types.str "A Unix socket in place of the port, such as /run/rookery/page.sock.";
  allowedHosts = optional (types.listOf types.str) "Further names that the page may be opened under.";
  auditDays = number "How long the audit log keeps who did what.";
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
  network = group {
    proxy = optional types.str "HTTP CONNECT proxy for plugins and their programs.";
    proxyFile = secret "A file with its address, where a password is in it.";
    caFile = optional types.path "Further certificate authorities to trust, as PEM.";
    privateHosts = optional (types.attrsOf (types.listOf types.str)) "Names that may resolve to these private addresses.";
  };
  programs = entries "Programs that plugins may be granted, by name." {
    path = mkOption {
      type = types.path;
      description = "The program.";
    };
    always = optional (types.listOf types.str) "Arguments that come first, always.";
    options = optional (types.attrsOf (
      types.enum [
        true
        false
        "file"
      ]
    )) "What a plugin may use; true: a value follows; \"file\": one of the run's own files.";
    files = optional types.bool "Whether the name of a file of the run's own may be an argument by itself.";
    operands = optional (types.listOf types.str) "How an argument after `--` must begin.";
    env = optional (types.attrsOf types.str) "Its environment, without secrets.";
    envFiles = secrets "Files with further variables' values, which are secret." { API_KEY = "/run/secrets/api-key"; };
    network = optional types.bool "Whether it reaches a network.";
    readable = optional (types.listOf types.str) "What it may read beside the system's files.";
    memoryMb = number "The address space of each of its processes.";
  };
  trustedKeys = optional (types.attrsOf types.str) "Public keys whose signature on bundles is trusted.";
  requireSignature = optional types.bool "Whether only what a trusted key signed is run.";
  limits = group {
    workerMemoryMb = number "What a plugin's worker may hold, buffers included.";
    databaseMb = number "How large an instance's database may grow.";
    inboxEntries = number "Events that may wait for an instance.";
    cpuPercent = number "Of one processor, what a plugin's worker may use in the long run.";
    messagesPerSecond = number "What a plugin's worker may ask and tell the host.";
    writesPerSecond = optional types.number "What an instance may send into one room.";
    logLinesPerSecond = number "What an instance may write to its log.";
    filesMb = number "What the files may take that an instance holds.";
    previewMegapixels = number "The largest picture that is decoded for a preview; 0: none is.";
  };
}
